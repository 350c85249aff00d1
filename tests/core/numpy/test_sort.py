"""Sorting, searching, sets."""

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

calls = Calls()
TYPES = [np.float64, np.float32, np.int8, np.uint16, np.int32, np.uint64, np.bool_]


def equal(found, expected):
    """Zeros of both signs are equal, and NaNs have no bits."""
    return found.dtype == expected.dtype and np.array_equal(found, expected, equal_nan=found.dtype.kind == "f")


def shape_of(case):
    if case % 10 == 0:
        return [rng.randint(1, 3), rng.randint(380, 3000)]
    if case % 10 == 1:
        return [rng.randint(380, 1000), rng.randint(1, 11)]
    return [0 if rng.random() < 0.04 else rng.randint(1, 40) for _ in range(2)]


for case in range(210):
    _, a = strided_array(shape_of(case), TYPES[case % len(TYPES)])
    if a.dtype.kind == "f" and rng.random() < 0.5:
        a[...] = np.round(a)  # equal elements, zeros of both signs
    axis = rng.randint(-2, 1)
    ordered = np.sort(a, axis)
    calls.add("sort", [axis, a], ordered, np.argsort(a, axis, kind="stable"), ordered, close=equal)

# What partition leaves in order is its k-th element, and what lies on both sides of it.
for case in range(60):
    _, a = strided_array([rng.randint(1, 30), rng.randint(1, 30)], np.float64)
    axis = rng.randrange(2)
    k = rng.randint(-a.shape[axis], a.shape[axis] - 1)

    def partitioned(found, expected, axis=axis, k=k % a.shape[axis]):
        sides = [np.sort(part, axis) for part in np.split(found, [k, k + 1], axis)]
        return equal(np.concatenate(sides, axis), expected)

    calls.add("partition", [k, axis, a], np.sort(a, axis), close=partitioned)
calls.add("partition", [3, 0, np.ones((3, 2))], Raises("3", "axis"))


def small(n, dtype=np.float64):
    memory, a = strided_array([n], dtype)
    memory[:] = np.array([rng.randint(-6, 6) for _ in range(memory.size)], dtype)
    return a


for case in range(60):
    n = rng.randint(0, 40)
    a, b = small(n), small(n, np.int32)
    calls.add("lexsort", [a, b], np.lexsort((a, b)))
    table = np.sort(small(rng.randint(0, 20), rng.choice([np.float64, np.int32])))
    if table.dtype.kind == "f" and table.size and rng.random() < 0.3:
        table[-1] = np.nan
    _, values = strided_array([3, 4], np.float64)
    calls.add("searchsorted", [table, values], np.searchsorted(table, values), np.searchsorted(table, values, "right"))
    c = np.array([rng.choice([1.5, -2.0, 0.0, -0.0, np.nan, 9.0]) for _ in range(12)]).reshape(3, 4)
    d = c if rng.random() < 0.5 else np.resize(small(12, np.int32), (4, 3))
    unique = np.unique(d, return_index=True, return_inverse=True, return_counts=True)
    calls.add("unique", [d], unique[0], *unique, close=equal)
    b = small(rng.randint(0, 9), np.int32)
    calls.add("sets", [a, b], np.isin(a, b), np.union1d(a, b), np.intersect1d(a, b).astype(float), np.setdiff1d(a, b),
              close=equal)
calls.run()
