"""Selection: masks, arrays of subscripts, places of what is not zero."""

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

calls = Calls()
np.seterr(all="ignore")


def shape_of(ndim, most=7):
    return [0 if rng.random() < 0.04 else rng.randint(1, most) for _ in range(ndim)]


def numbers(shape, dtype=np.float64):
    """Small whole numbers: they keep their bits in every type."""
    memory, a = strided_array(shape, dtype)
    memory[:] = np.array([rng.randint(-4, 4) for _ in range(memory.size)], dtype)
    return a


def indices(shape, n):
    return np.array([rng.randint(-n, n - 1) for _ in range(int(np.prod(shape)))], np.int64).reshape(shape)


for case in range(150):
    shape = shape_of(rng.randint(1, 3))
    if case % 30 == 0:
        shape = [rng.randint(1, 3), rng.randint(3000, 9000)]
    a = numbers(shape, rng.choice([np.float64, np.int16]))
    _, mask = strided_array(shape, np.bool_)
    values = numbers([int(mask.sum())]) + 0.0
    assigned, replaced = a.copy(), a.copy()
    assigned[mask] = 3
    replaced[mask] = values
    calls.add("mask", [3.0, a, mask, values], a[mask], a[mask],
              np.asarray(a[mask].sum(dtype=None if a.dtype.kind == "f" else np.int64)),
              assigned, replaced, replaced + mask.astype(a.dtype), ulps=0)
calls.add("mask", [0.0, np.ones((2, 3)), np.ones((3, 2), bool), np.ones(6)], Raises("(3, 2)", "(2, 3)"))

for case in range(100):
    _, a = strided_array(shape_of(rng.randint(1, 3)), rng.choice([np.float64, np.bool_]))
    calls.add("nonzero", [a], np.flatnonzero(a), *np.nonzero(a), np.argwhere(a))

for case in range(100):
    a = numbers([rng.randint(1, 7), rng.randint(1, 7)], rng.choice([np.float64, np.int16]))
    axis = rng.randint(-2, 1)
    count = [rng.randint(0, 6)]
    at = indices(count, a.shape[axis]).astype(rng.choice([np.int64, np.int32]))
    calls.add("take", [axis, a, at], a.take(at, axis), a.take(at))
    a = numbers([rng.randint(1, 7), rng.randint(1, 7)])
    at, values = indices([2, rng.randint(0, 3)], a.shape[0]), numbers([a.shape[1]])
    assigned = a.copy()
    assigned[at] = values
    calls.add("subscript", [a, at, values], a[at], assigned)
    at, values = indices([rng.randint(0, 9)], a.size), numbers([rng.randint(1, 12)])
    assigned = a.copy()
    np.put(assigned, at, values)
    calls.add("put", [a, at, values], assigned)
    _, mask = strided_array(a.shape, np.bool_)
    assigned = a.copy()
    np.place(assigned, mask, values)
    calls.add("place", [a, mask, values], assigned, np.extract(mask, assigned))
    axis = rng.randrange(2)
    at = indices([rng.randint(0, 4) if k == axis else n for k, n in enumerate(a.shape)], a.shape[axis])
    assigned = a.copy()
    np.put_along_axis(assigned, at, 7.0, axis)
    calls.add("along_axis", [axis, a, at], np.take_along_axis(a, at, axis), assigned)
calls.add("take", [1, np.ones((2, 3)), np.array([3])], Raises("3", "axis 1", "(2, 3)"))
calls.add("along_axis", [0, np.ones((2, 3)), np.array([[0, 1]])], Raises("(1, 2)", "(2, 3)"))
calls.run()
