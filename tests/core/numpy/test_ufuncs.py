"""Mathematical functions over the whole range of floating-point numbers, in units of the last place.

The truth is long double, whose functions are correct to far below an ulp of double. The largest errors
are printed; those of long runs stand in the documentation of the functions (ufuncs.hpp)."""

import ctypes

import numpy as np

from driver import rng
from functions import Calls

COUNT = 4000  # of each kind of argument

random = np.random.default_rng(rng.randrange(2**32))

# The largest errors, of double and float, that long runs (COUNT = 400000) found for any instruction
# set, and a little more.
LIMITS = {
    "sin": (3.6, 2.5), "cos": (3.7, 2.2), "tan": (3.6, 3.7),
    "asin": (2.9, 3.1), "acos": (2.2, 2.4), "atan": (2.6, 2.9),
    "sinh": (2.1, 2.2), "cosh": (2.1, 2.6), "tanh": (2.4, 1.6),
    "asinh": (2.3, 2.4), "acosh": (2.7, 3.1), "atanh": (2.6, 2.1),
    "exp": (3.2, 3.0), "exp2": (1.8, 1.3), "expm1": (3.1, 2.5),
    "log": (1.7, 4.0), "log2": (2.0, 2.4), "log10": (2.0, 3.2), "log1p": (2.1, 2.1),
    "cbrt": (2.5, 3.1), "erf": (2.2, 4.1), "erfc": (3.2, 1.8),
    "atan2": (3.0, 3.9), "hypot": (2.2, 1.6),
    "pow": (1.5, 1.5), "sqrt": (0.51, 0.51), "lgamma": (6.0, 6.0), "tgamma": (10.0, 10.0),
    "logaddexp": (4.0, 4.0),
}
NUMPY_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh",
               "acosh": "arccosh", "atanh": "arctanh", "atan2": "arctan2", "pow": "power",
               "abs": "absolute"}


def long_double_function(name):
    """The C library's, which NumPy lacks. The result is rounded to double."""
    function = getattr(ctypes.CDLL("libm.so.6"), name + "l")
    function.argtypes, function.restype = [ctypes.c_longdouble], ctypes.c_longdouble
    return function


FROM_C = {name: long_double_function(name) for name in ("erf", "erfc", "lgamma", "tgamma")}
worst = {}


def special_values(dtype):
    info = np.finfo(dtype)
    positive = [0, np.inf, info.tiny, info.smallest_subnormal, info.max, 1, 0.5, 2, 3, 1.5, 1e22,
                709.5, 710, 745, 88.5, 89, 104, 1 - info.epsneg, 1 + info.eps, 2**24 + 1, 1e-5]
    return np.array([np.nan] + positive + [-x for x in positive], dtype)


def arguments(dtype):
    """All exponents; the ranges where functions do something; next to multiples of pi / 2, and to 1."""
    info = np.finfo(dtype)
    bits = random.integers(0, 2**(8 * info.dtype.itemsize) - 1, COUNT, np.uint64, endpoint=True)
    unsigned = np.uint64 if info.bits == 64 else np.uint32
    signs = random.choice([-1, 1], COUNT)
    steps = np.arange(-COUNT // 2, COUNT // 2)
    subnormals = random.integers(1, 2**20, COUNT // 4).astype(unsigned).view(dtype)
    kinds = [special_values(dtype), bits.astype(unsigned).view(dtype),
             np.exp2(random.uniform(-40, 40, COUNT)) * signs, random.uniform(-10, 10, COUNT),
             random.uniform(-1, 1, COUNT), random.uniform(-800, 800, COUNT),
             steps * (np.longdouble(np.pi) / 2), 1 + steps * info.eps, steps * info.eps - 1,
             subnormals, -subnormals]
    values = np.concatenate([kind.astype(dtype) for kind in kinds])
    return np.where(np.isnan(values), dtype.type(np.nan), values)  # none of them signalling


def pairs(dtype):
    special = special_values(dtype)
    x, y = (grid.ravel() for grid in np.meshgrid(special, special))
    a, b = arguments(dtype), random.permutation(arguments(dtype))
    base, exponent = random.uniform(0.01, 30, COUNT), random.uniform(-60, 60, COUNT)
    near = random.permutation(a) * (1 + random.uniform(-1e-3, 1e-3, a.size)).astype(dtype)
    return (np.concatenate([x, a, base.astype(dtype), a]),
            np.concatenate([y, b, exponent.astype(dtype), near]))


def truth(name, values):
    if name in FROM_C:
        return np.array([FROM_C[name](v) for v in values[0].tolist()], np.longdouble)
    function = getattr(np, NUMPY_NAMES.get(name, name))
    return function(*[v.astype(np.longdouble) for v in values])


def distance(found, exact):
    """In units of the last place of the result; infinite where NaN, infinity or a zero's sign is wrong."""
    expected = exact.astype(found.dtype)
    unit = np.spacing(np.minimum(np.abs(expected), np.finfo(found.dtype).max)).astype(np.longdouble)
    apart = np.abs(found.astype(np.longdouble) - exact) / unit
    apart = np.where(np.isnan(apart), np.inf, apart)
    special = ~np.isfinite(expected) | ~np.isfinite(found)
    apart = np.where(special, np.where(overflows(found, exact), 1, np.inf), apart)
    apart = np.where(found == expected, np.where(special, 0, apart), apart)
    apart = np.where(np.isnan(found) & np.isnan(expected), 0, apart)
    wrong_zero = (found == 0) & (expected == 0) & (np.signbit(found) != np.signbit(expected))
    return np.where(wrong_zero, np.inf, apart)


def overflows(found, exact):
    """Infinity in place of the largest number, or the reverse, within a rounding error of the limit."""
    largest = np.longdouble(np.finfo(found.dtype).max)
    near = np.abs(np.abs(exact) / largest - 1) < 8 * np.finfo(found.dtype).eps
    return near & (np.sign(found) == np.sign(exact))


def within(name, column):
    def close(found, expected_and_exact):
        apart = distance(found, expected_and_exact)
        worst[name, column] = max(worst.get((name, column), 0), float(apart.max(initial=0)))
        return bool((apart <= LIMITS[name.split()[0]][column]).all())
    return close


def strided(values):
    """The same values with steps, forward or backward, in one case of two."""
    if random.random() < 0.5:
        return values
    step = int(random.choice([-1, 2, -3]))
    room = np.zeros(values.size * abs(step), values.dtype)
    view = room[::step]
    view[:] = values
    return view


def add_measured(calls, letter):
    dtype = np.dtype(letter)
    for name in LIMITS:
        two = name in ("atan2", "hypot", "pow", "logaddexp")
        values = list(pairs(dtype)) if two else [arguments(dtype)]
        if name == "lgamma":  # near its many zeros at negative numbers, the relative error is large
            values = [v[~(v < 0)] for v in values]
        if name == "logaddexp":  # cancellation costs more than the functions' errors
            keep = np.abs(values[0] - values[1]) != np.abs(values[0] + values[1])
            values = [np.abs(v[keep]) for v in values]
        exact = truth(name, values)
        calls.add(f"{name}_{letter}", [strided(v) for v in values], exact,
                  close=within(name, 0 if letter == "d" else 1))


def add_exact(calls, letter):
    """Functions whose results NumPy gives to the bit."""
    dtype = np.dtype(letter)
    values, (x, y) = arguments(dtype), pairs(dtype)
    for name in ("square", "reciprocal", "degrees", "radians", "floor", "ceil", "trunc", "rint",
                 "abs", "sign", "signbit", "isnan", "isinf", "isfinite"):
        calls.add(f"{name}_{letter}", [strided(values)], getattr(np, NUMPY_NAMES.get(name, name))(values))
    for name in ("copysign", "nextafter", "fmod", "remainder", "floor_divide", "minimum", "maximum",
                 "fmin", "fmax"):
        calls.add(f"{name}_{letter}", [strided(x), strided(y)], getattr(np, name)(x, y))
    for decimals in (0, 1, 3, -2, 7):
        calls.add(f"round_{letter}", [values, decimals], np.round(values, decimals))


def add_powers(calls, letter):
    values = arguments(np.dtype(letter))
    for exponent in (0.0, 1.0, 2.0, 3.0, -1.0, 0.5, -0.5, 4.0, 1.7, np.inf, np.nan):
        exact = np.power(values.astype(np.longdouble), values.dtype.type(exponent))
        column = 0 if letter == "d" else 1
        calls.add(f"power_of_scalar_{letter}", [strided(values), exponent], exact,
                  close=within(f"pow {exponent}", column))


def main():
    calls = Calls()
    with np.errstate(all="ignore"):
        for letter in "df":
            add_measured(calls, letter)
            add_exact(calls, letter)
            add_powers(calls, letter)
            for length in (1, 37, 300):
                values = random.permutation(arguments(np.dtype(letter)))[:length]
                calls.add(f"places_{letter}", [values], 0, 0)
        integers = random.integers(-2**31, 2**31 - 1, 100).astype(np.int32)
        for decimals in (0, 2, -1, -3):
            calls.add("round_i", [integers, decimals], np.round(integers, decimals))
        try:
            calls.run()
        finally:
            for (name, column), apart in sorted(worst.items()):
                print(f"{name:10} {'df'[column]} {apart:.2f}")


main()
