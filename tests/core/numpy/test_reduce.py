"""Reductions: whole, along axes, with keepdims and masks; sums are exact."""

import math
from fractions import Fraction

import numpy as np

from arrays import random_values, strided_array
from driver import rng
from functions import Calls, Raises

WHOLE, AXIS, KEEPDIMS, TWO_AXES, MASKED, MASKED_AXIS = range(6)
calls = Calls()


def rounded(exact, dtype):
    """The nearest number of a type to a fraction."""
    try:
        value = float(exact)
    except OverflowError:
        return dtype.type(math.inf if exact > 0 else -math.inf)
    if dtype == np.float32 and Fraction(value) != exact:
        # The odd one of the two doubles around it is never half-way between two floats.
        if int(np.float64(value).view(np.int64)) % 2 == 0:
            value = math.nextafter(value, math.inf if exact > value else -math.inf)
    with np.errstate(all="ignore"):
        return dtype.type(value)


def exact_sum(values):
    values = np.asarray(values).ravel()
    if values.dtype.kind != "f":
        return values.sum()
    wide = values.astype(np.float64)
    if not np.isfinite(wide).all():
        with np.errstate(all="ignore"):
            return values[~np.isfinite(wide)].sum(dtype=values.dtype)
    if values.dtype == np.float64:
        try:
            return np.float64(math.fsum(wide.tolist()) + 0.0)
        except OverflowError:  # of a partial sum
            pass
    return rounded(sum(map(Fraction, wide.tolist()), Fraction(0)), values.dtype)


def along(function, a, axes, keepdims, dtype):
    """`function` of all elements along some axes."""
    axes = sorted(axis % a.ndim for axis in axes)
    kept = [axis for axis in range(a.ndim) if axis not in axes]
    shape = [a.shape[axis] for axis in kept]
    moved = a.transpose(kept + axes).reshape(shape + [-1] if a.size else shape + [0])
    result = np.empty(shape, dtype)
    for at in np.ndindex(*shape):
        result[at] = function(moved[at])
    return result.reshape([1 if axis in axes else n for axis, n in enumerate(a.shape)]) if keepdims else result


def spread(shape, dtype):
    """Values whose exponents are near, far, or on both sides of what sums in vectors hold."""
    memory, a = strided_array(shape, dtype)
    if a.dtype.kind != "f" or rng.random() < 0.4:
        return a
    highest = {4: 120, 8: rng.choice([1000, 0, 30, -900])}[a.itemsize]
    width = rng.choice([1, 20, 60, 90, 200 if a.itemsize == 8 else 60])
    exponents = np.array([highest - rng.randrange(width) for _ in range(memory.size)], np.int64)
    mantissas = np.array([rng.uniform(-1, 1) for _ in range(memory.size)], np.float64)
    memory[:] = np.ldexp(mantissas, exponents).astype(dtype)
    return a


def random_shape(ndim, most=9):
    return [0 if rng.random() < 0.04 else rng.randint(1, most) for _ in range(ndim)]


def two_axes(ndim):
    first, second = rng.sample(range(ndim), 2) if ndim > 1 else (0, 0)
    return [axis - rng.choice([0, ndim]) for axis in (first, second)]


EXACT = {"sum": exact_sum}
EMPTY = {"min", "max", "mean", "ptp", "argmin", "argmax"}


def add_case(name, a, mode, axes):
    truth = getattr(np, name)
    used = {WHOLE: range(a.ndim), TWO_AXES: axes, MASKED: range(a.ndim)}.get(mode, axes[:1])
    keep = mode == KEEPDIMS
    arguments = [mode, *axes, a]
    where = np.ones(a.shape, bool)
    if mode in (MASKED, MASKED_AXIS):
        _, where = strided_array(a.shape, np.bool_)
        arguments.append(where)
    axis = tuple(used)
    count = math.prod(a.shape[k] for k in axis)
    outputs = math.prod(n for k, n in enumerate(a.shape) if k % a.ndim not in [x % a.ndim for x in axis])
    if name in EMPTY and outputs and (count == 0 or (mode == MASKED and name == "mean" and not where.any())):
        calls.add(name, arguments, Raises(name, "empty", str(a.shape).replace(",)", ",)")))
        return
    if mode in (MASKED, MASKED_AXIS) and name in ("min", "max"):
        if not where.any(axis=axis).all():
            return
    with np.errstate(all="ignore"):
        expected, options = expectation(name, truth, a, axis, keep, where, mode)
    calls.add(name, arguments, np.asarray(expected), **options)


def expectation(name, truth, a, axis, keep, where, mode):
    masked = mode in (MASKED, MASKED_AXIS)
    if name == "sum" and a.dtype.kind == "f":
        chosen = np.where(where, a, a.dtype.type(0))
        return along(exact_sum, chosen, axis, keep, a.dtype), {"ulps": 0}
    if name == "mean" and a.dtype.kind == "f":
        chosen = np.where(where, a, a.dtype.type(0)).astype(np.float64)
        sums = along(exact_sum, chosen, axis, keep, np.float64)
        return (sums / where.sum(axis=axis, keepdims=keep)).astype(a.dtype), {"ulps": 0}
    options = {"keepdims": keep} if name not in ("argmin", "argmax") else {}
    if masked:
        options["where"] = where
        if name in ("min", "max"):
            options["initial"] = a.max(initial=0) if a.size else 0
            filled = np.where(where, a, worst(a.dtype, name))
            return getattr(np, name)(filled, axis=axis) + a.dtype.type(0), {"ulps": 0}
    if name in ("prod",) and a.dtype.kind == "f":
        return truth(a, axis=axis, **options), {"close": near}
    expected = truth(a, axis=axis, **options)
    if name in ("min", "max") and a.dtype.kind == "f":
        expected = expected + a.dtype.type(0)
    return expected, {}


def worst(dtype, name):
    if dtype.kind == "f":
        return dtype.type(math.inf if name == "min" else -math.inf)
    if dtype.kind == "b":
        return name == "min"
    return np.iinfo(dtype).max if name == "min" else np.iinfo(dtype).min


def near(found, expected):
    with np.errstate(all="ignore"):
        return np.allclose(found, expected, rtol=1e-13, atol=0, equal_nan=True)


TYPES = {
    "sum": [np.float64, np.float64, np.float32, np.int16, np.bool_],
    "prod": [np.float64],
    "min": [np.float64, np.int16],
    "max": [np.float64, np.bool_],
    "any": [np.float64],
    "all": [np.bool_],
    "mean": [np.float32, np.int16],
}
for name, types in TYPES.items():
    for case in range(150 if name == "sum" else 60):
        mode = rng.choice([WHOLE, AXIS, AXIS, KEEPDIMS, TWO_AXES, MASKED, MASKED_AXIS])
        ndim = 2 if mode in (MASKED, MASKED_AXIS) else rng.randint(2 if mode == TWO_AXES else 1, 3)
        a = spread(random_shape(ndim), rng.choice(types))
        if name == "prod" and a.dtype.kind == "f":
            a[...] = np.array([rng.uniform(0.5, 2) for _ in range(a.size)]).reshape(a.shape)
        add_case(name, a, mode, two_axes(ndim))

for name, types in {"count_nonzero": [np.int16], "ptp": [np.float64]}.items():
    for case in range(30):
        mode = rng.choice([WHOLE, AXIS, KEEPDIMS, TWO_AXES])
        ndim = rng.randint(2, 3)
        a = spread(random_shape(ndim), rng.choice(types))
        axes = two_axes(ndim)
        if name == "ptp" and not np.isfinite(a).all() or 0 in a.shape and name == "ptp":
            continue
        if mode == TWO_AXES and name == "ptp":
            mode = AXIS
        used = {WHOLE: None, TWO_AXES: tuple(axes)}.get(mode, axes[0])
        expected = getattr(np, name)(a, axis=used, keepdims=mode == KEEPDIMS)
        with np.errstate(all="ignore"):
            calls.add(name, [mode, *axes, a], np.asarray(expected), ulps=0)

for name, types in {"argmin": [np.float64], "argmax": [np.uint64]}.items():
    for case in range(60):
        mode = rng.choice([WHOLE, AXIS, KEEPDIMS])
        ndim = rng.randint(1, 3)
        a = spread(random_shape(ndim), rng.choice(types))
        axis = rng.randint(-ndim, ndim - 1)
        outputs = a.size // max(a.shape[axis], 1) if mode != WHOLE else 1
        if (a.size == 0 and mode == WHOLE) or (a.shape[axis] == 0):
            continue
        expected = getattr(np, name)(a, axis=None if mode == WHOLE else axis, keepdims=mode == KEEPDIMS)
        calls.add(name, [mode, axis, a], np.asarray(expected))

def masked_position(a, mask, axis=None):
    """Of the largest element that takes part, or the first NaN."""
    if axis is None:
        taken = np.nonzero(mask.ravel())[0]
        return np.asarray(taken[a.ravel()[taken].argmax()])
    lines = zip(np.moveaxis(a, axis, -1), np.moveaxis(mask, axis, -1))
    return np.array([masked_position(line, chosen) for line, chosen in lines])

for case in range(60):
    shape = [rng.randint(1, 7), rng.randint(1, 7)]
    # Few values, so that several are extreme, also among those that are left out.
    values = [-np.inf, -1.0, 0.0, 2.0, np.inf] + [np.nan] * (case % 4 == 0)
    a = np.array([rng.choice(values) for _ in range(math.prod(shape))]).reshape(shape)
    mask = np.array([rng.random() < 0.6 for _ in range(a.size)]).reshape(shape)
    axis = rng.randint(-2, 1)
    if not mask.any(axis).all():
        calls.add("positions_masked", [axis, a, mask], Raises("arg"))
        continue
    places = masked_position(a, mask, axis)
    calls.add("positions_masked", [axis, a, mask], places, masked_position(-a, mask),
              np.expand_dims(places, axis))

# Long lines and columns: windows that change on the way, blocks that are full, lines in pieces.
for shape in [(5000, 3), (3, 5000), (2100, 40), (300, 300), (1, 20000), (70, 2, 70)]:
    for axis in range(len(shape)):
        for kind in range(3):
            a = np.array([rng.gauss(0, 1) for _ in range(math.prod(shape))]).reshape(shape)
            if kind == 1:
                a = np.ldexp(a, np.array([rng.randint(-200, 200) for _ in range(a.size)]).reshape(shape))
            if kind == 2:
                a.ravel()[rng.randrange(a.size)] = rng.choice([1e300, 1e-300, np.inf, 1e40])
            add_case("sum", a, AXIS, [axis, 0])
            if kind == 2:
                add_case("max", a, AXIS, [axis, 0])
                add_case("sum", a[..., ::-2], KEEPDIMS, [axis, 0])

for case in range(40):
    shape = random_shape(3)
    a, b = spread(shape, np.float64), spread(shape[1:], np.float64)
    axis = rng.randrange(3)
    if shape[axis] == 0:
        continue
    with np.errstate(all="ignore"):
        product, total = a * b, a + b
    with np.errstate(all="ignore"):
        calls.add("sum_of_products", [axis, a, b], along(exact_sum, product, [axis], False, np.float64),
                  np.asarray(exact_sum(product)), total.max(axis=axis, keepdims=True) + 0.0, ulps=0)

for case in range(40):
    a = np.array([rng.gauss(0, 1) for _ in range(rng.randint(1, 3000))])
    calls.add("fast", [a], np.asarray(a.sum()), np.asarray(a @ a), np.asarray(np.linalg.norm(a)),
              close=lambda found, expected: np.allclose(found, expected, rtol=1e-11, atol=1e-11))
    c = np.array([complex(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(12)]).reshape(3, 4)
    axis = rng.randrange(2)
    calls.add("sum_complex", [axis, c], np.asarray(c.sum()), c.sum(axis), np.asarray(c.prod()),
              close=lambda found, expected: np.allclose(found, expected, rtol=1e-13, atol=1e-13))

for case in range(60):
    _, a = strided_array(random_shape(2), rng.choice([np.float64, np.int16]))
    axis, order = rng.randint(-2, 1), rng.randint(0, 3)
    with np.errstate(all="ignore"):
        calls.add("cumulative", [axis, order, a], np.diff(a, order, axis), np.cumsum(a), np.cumsum(a, axis),
                  np.cumprod(a, axis), ulps=0)
calls.add("cumulative", [0, -1, np.ones((2, 2))], Raises("diff", "-1"))
for case in range(20):
    a = np.array([rng.gauss(0, 1) for _ in range(20)]).reshape(rng.choice([(4, 5), (2, 10), (10, 2)]))
    axis = rng.randrange(2)
    calls.add("gradient", [0.25, axis, a], np.gradient(a, 0.25, axis=axis), ulps=2)
    y, x = a[0], np.sort(a[-1])
    calls.add("trapz", [y, x], np.asarray(np.trapz(y, dx=0.5)), np.asarray(np.trapz(y, x)),
              close=lambda found, expected: np.allclose(found, expected, rtol=1e-12, atol=1e-14))
calls.add("gradient", [0.25, 0, np.ones((1, 3))], Raises("gradient", "1", "2"))
calls.run()
