"""Variances, quantiles, averages, histograms, and reductions that leave out NaN."""

import warnings

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

warnings.simplefilter("ignore")
np.seterr(all="ignore")
calls = Calls()


def finite(shape, dtype=np.float64):
    memory, a = strided_array(shape, dtype)
    if a.dtype.kind in "fc":
        memory[:] = np.array([rng.gauss(3, 2) for _ in range(memory.size)])
    return a


def close(rtol):
    def compare(found, expected):
        return found.dtype == expected.dtype and np.allclose(found, expected, rtol=rtol, atol=1e-12, equal_nan=True)

    return compare


def shape_of(ndim):
    return [rng.randint(1, 8) for _ in range(ndim)]


for case in range(80):
    a = finite(shape_of(2), rng.choice([np.float64, np.float32, np.int16, np.complex128]))
    ddof, axis = rng.randint(0, 1), rng.randint(-2, 1)
    if a.shape[axis] <= ddof or a.size <= ddof:
        continue
    wide = a.astype(np.float64) if a.dtype.kind == "f" else a
    result = np.float32 if a.dtype == np.float32 else np.float64
    calls.add("var", [ddof, axis, a], wide.var(ddof=ddof).astype(result), wide.var(axis, ddof=ddof).astype(result),
              wide.std(axis, ddof=ddof, keepdims=True).astype(result), wide.std().astype(result),
              close=close(2e-7 if result == np.float32 else 1e-12))
calls.add("var", [0, 0, np.zeros((0, 2))], Raises("mean", "(0, 2)"))

# A large mean: the deviations are exact where a sum of squares would cancel.
shifted = np.array([[1e15 + 1, 1e15 + 2, 1e15 + 3]])
calls.add("var", [0, 1, shifted], np.asarray(2 / 3), np.array([2 / 3]), np.array([[2 / 3]]) ** 0.5, np.asarray(2 / 3) ** 0.5,
          ulps=0)

for case in range(60):
    shape = shape_of(2)
    a, axis = finite(shape), rng.randrange(2)
    _, mask = strided_array(shape, np.bool_)
    if mask.any():
        calls.add("var_masked", [axis, a, mask], np.asarray(a.var(where=mask)), a.std(axis, where=mask), close=close(1e-12))
    weights = abs(finite(shape))
    calls.add("average", [axis, a, weights], np.asarray(np.average(a, weights=weights)),
              np.average(a, axis, weights=weights), close=close(1e-13))

for case in range(80):
    a = finite(shape_of(3), rng.choice([np.float64, np.float32, np.int16]))
    q, axis = rng.choice([0.0, 1.0, 0.5, rng.random()]), rng.randint(-3, 2)
    if case % 10 == 0 and a.dtype.kind == "f":
        a[0, 0, 0] = np.nan
    wide = a.astype(np.float64)
    result = np.float32 if a.dtype == np.float32 else np.float64
    expected = [np.quantile(wide, q), np.percentile(wide, 100 * q, axis=axis, keepdims=True),
                np.median(wide, axis), np.median(wide, (0, -1))]
    calls.add("quantile", [q, axis, a], *[np.asarray(x).astype(result) for x in expected],
              close=close(1e-6 if result == np.float32 else 1e-14))

for case in range(60):
    a = finite(shape_of(2), rng.choice([np.float64, np.float32]))
    q, axis = np.array([rng.random() for _ in range(rng.randint(0, 5))]), rng.randint(-2, 1)
    if case % 10 == 0:
        a[0, 0] = np.nan
    wide = a.astype(np.float64)
    expected = [np.quantile(wide, q, axis=axis), np.percentile(wide, [25, 50, 75]),
                np.percentile(wide, [0, 97.5], axis=axis), np.quantile(wide, [0.3], axis=axis, keepdims=True),
                np.percentile(wide, 100 * q)]
    calls.add("quantiles", [axis, q, a], *[x.astype(a.dtype) for x in expected],
              close=close(1e-6 if a.dtype == np.float32 else 1e-13))
calls.add("quantiles", [0, np.array([0.5, -0.5]), np.ones((1, 1))], Raises("quantile", "-0.5"))
calls.add("quantile", [1.5, 0, np.ones((1, 1, 1))], Raises("quantile", "1.5"))
calls.add("quantile", [0.5, 0, np.ones((0, 1, 1))], Raises("quantile", "(0, 1, 1)"))

for case in range(60):
    a, axis = finite(shape_of(2)), rng.randrange(2)
    for _ in range(rng.randint(0, a.size)):
        a[rng.randrange(a.shape[0]), rng.randrange(a.shape[1])] = np.nan
    calls.add("nan_functions", [axis, a], np.nansum(a, axis), np.nanmean(a, axis), np.nanmin(a, axis),
              np.nanmax(a, axis), np.nanstd(a, axis), np.asarray(np.nanmax(a)), close=close(1e-12))

for case in range(80):
    a = finite(shape_of(2), rng.choice([np.float64, np.int16]))
    if a.dtype.kind == "i":
        a[...] = np.clip(a, -100, 100)
    bins = rng.randint(1, 12)
    counts, edges = np.histogram(a, bins)
    calls.add("histogram", [bins, a], counts, edges, np.histogram(a, bins, (-3.0, 2.5))[0])
    a = np.round(finite(shape_of(2)))
    edges = np.unique(np.array([rng.randint(-3, 8) for _ in range(6)], float))
    if edges.size > 1:
        calls.add("histogram_edges", [a, edges], np.histogram(a, edges)[0])
    if rng.random() < 0.5:
        edges = edges[::-1].copy()
    calls.add("digitize", [a, edges], np.digitize(a, edges), np.digitize(a, edges, right=True))
    values = np.array([rng.randint(0, 9) for _ in range(rng.randint(0, 30))], np.int16)
    calls.add("bincount", [case % 5, values], np.bincount(values, minlength=case % 5))
    weights = np.array([rng.uniform(-1, 1) for _ in values])
    calls.add("bincount_weights", [case % 5, values, weights], np.bincount(values, weights, minlength=case % 5))
calls.add("histogram", [0, np.ones((1, 1))], Raises("0 bins"))
calls.add("histogram_edges", [np.ones((1, 1)), np.array([1.0, 0.0])], Raises("edge 1"))
calls.add("bincount", [0, np.array([-1], np.int16)], Raises("-1"))
calls.add("bincount", [-4, np.array([1], np.int16)], Raises("at_least -4"))
calls.add("bincount_weights", [-4, np.array([1], np.int16), np.array([0.5])], Raises("at_least -4"))
calls.add("bincount_weights", [0, np.array([1, 2], np.int16), np.array([0.5])], Raises("weights of shape (1,)"))
calls.run()
