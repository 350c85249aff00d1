"""Operators and functions of integers and mixed types, choices, and complex numbers."""

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls

CASES = 12  # of each function

# Scalars do not widen arrays (NEP 50): the rule of NumPy 2, and an option of the last NumPy 1.
if hasattr(np, "_set_promotion_state"):
    np._set_promotion_state("weak")


def integer_operators(types):
    return {
        f"remainder_{types}": lambda a, b: a % b,
        f"floor_divide_{types}": lambda a, b: a // b,
        f"fmod_{types}": np.fmod,
        f"and_{types}": lambda a, b: a & b,
        f"or_{types}": lambda a, b: a | b,
        f"xor_{types}": lambda a, b: a ^ b,
        f"shift_left_{types}": lambda a, b: a << b,
        f"shift_right_{types}": lambda a, b: a >> b,
        f"unary_{types}": lambda a, b: abs(a) + np.sign(b) - (~a) * (+b) - (-a),
    }


def in_place(a, b):
    a = a.copy()
    a %= 1000
    a |= b
    a ^= 12345
    a <<= 3
    a >>= b & 3
    a &= ~b
    a %= b
    return a


def select(a, b):
    minus_one, half = np.full(a.shape, -1.0), np.full(a.shape, 0.5)
    return np.select([a < b, a > b, a == b], [minus_one, b, half], a)


def written(a, b):
    a = a.copy()
    a.real = b.imag * np.float32(2)
    a[:, ::2].imag += 1.0
    return a


def truncated(a):
    """NumPy leaves open what becomes of NaN."""
    return np.where(np.isnan(a), 0, np.clip(a, -1e9, 1e9))


# By the functions' names, which end in the types of their arguments.
FUNCTIONS = {
    **integer_operators("ii"), **integer_operators("bb"), **integer_operators("lB"),
    "power_ii": lambda a, b: a ** abs(b % 16),
    "power_lB": lambda a, b: a ** b,
    "remainder_di": lambda a, b: a % b,
    "scalars_ii": lambda a, b: (7 % a) + (b % 5) + (a & 12) + (3 | b) + (1 << (a & 7)) + (b >> 2),
    "scalars_df": lambda a, b: (1.5 % b) + a // 0.25 + np.fmin(a, 2) + np.fmax(np.float32(0.5), b),
    "squares_di": lambda a, b: a * a - b * b + b * b * b,
    "in_place_ii": in_place,
    "where_di": lambda a, b: np.where(a > b, a, b),
    "select_dd": select,
    "clip_dd": lambda a, b: np.clip(a, -1.5, np.maximum(b, 0.0)),
    "clip_bb": lambda a, b: np.clip(a, b, np.int8(100)),
    "astype_dB": lambda a, b: a.astype("f") + b.astype("f"),
    "wrap_il": lambda a, b: a.astype("B") + b.astype("B"),
    "truncate_df": lambda a, b: truncated(a).astype("i") - truncated(b).astype("l"),
    "map_di": lambda a, b: np.where(a > 0, a * b, a) + 1.0,
    "map_row_dd": lambda a, b: a * a - b[0:1],
    "and_bool_??": lambda a, b: a & b,
    "or_bool_??": lambda a, b: a | ~b,
    "xor_bool_??": lambda a, b: a ^ b,
    "complex_sum_DD": lambda a, b: a + b - (a + a),  # a real factor stays real, unlike in NumPy
    "complex_sum_Fi": lambda a, b: a + b,
    "complex_equal_DF": lambda a, b: (a == b) | (a != a),
    "complex_parts_DF": lambda a, b: a.real + b.imag * a.conj().real - b.conj().imag,
    "complex_where_DF": lambda a, b: np.where(a.real > a.imag, a, b),
    "complex_isnan_DF": lambda a, b: np.isnan(a) | np.isinf(b) | ~np.isfinite(a),
    "complex_written_DF": written,
}
# Compared in units of the last place (of the larger part of complex numbers), or as floats (None), on
# moderate numbers.
CLOSE_FUNCTIONS = {
    "power_df": (lambda a, b: np.power(np.abs(a), b), 2),
    "hypot_fi": (np.hypot, 3),
    "complex_product_DD": (lambda a, b: a * b, 2),
    "complex_quotient_DD": (lambda a, b: a / b, 6),
    "complex_product_Fd": (lambda a, b: a * b, 2),
    "complex_quotient_dF": (lambda a, b: a / b, 6),
    "complex_scalar_fd": (lambda a, b: a * np.complex64(1 + 2j), 2),
    "complex_functions_DD": (
        lambda a, b: np.exp(a / (1.0 + np.abs(a))) * np.sqrt(b) * np.log(1.5 + np.abs(b)), 20),
    "complex_angle_DF": (lambda a, b: np.angle(a) * np.angle(b), None),
    "complex_abs_DF": (lambda a, b: np.abs(a) + np.abs(b), None),
}


def finite(array):
    """Moderate numbers in place of what is large, tiny or not a number."""
    if array.dtype.kind not in "fc":
        return array
    size = np.abs(array)
    return np.where((size < 1e6) & (size > 1e-6), array, array.dtype.type(1.25))


def pair(types):
    shape = [rng.choice([0, 1, 2, 3, 5, 17, 40]), rng.choice([1, 2, 7, 33])]
    other = [rng.choice([n, n, 1]) for n in shape]
    return strided_array(shape, types[0])[1], strided_array(other, types[1])[1]


def close_as_float(found, expected):
    """Within a few units in the last place of the float operands."""
    return found.dtype == expected.dtype and np.allclose(found, expected, rtol=1e-6, atol=0)


def library_name(name):
    return name[:-3] if name.endswith(("_??", "row_dd")) else name


def main():
    calls = Calls()
    for name, function in FUNCTIONS.items():
        for _ in range(CASES):
            a, b = pair(name[-2:])
            if name == "in_place_ii":
                b = np.broadcast_to(b, a.shape).copy()
            if name in ("select_dd", "complex_written_DF"):
                b = np.broadcast_to(b, a.shape).copy()
            calls.add(library_name(name), [a, b], function(a, b))
    for name, (function, ulps) in CLOSE_FUNCTIONS.items():
        for _ in range(CASES):
            a, b = map(finite, pair(name[-2:]))
            if name == "power_df":
                a, b = np.abs(a), np.clip(b, -20, 20)
            calls.add(name, [a, b], function(a, b), ulps=ulps, close=None if ulps else close_as_float)
    calls.run()


with np.errstate(all="ignore"):
    main()
