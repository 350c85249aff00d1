"""Random arrays of all layouts through a list of expressions, bit for bit against NumPy."""

import numpy as np

from arrays import Answers, address, as_case, difference, same_bits, strided_array
from driver import finish, integers, rng, run_cases

CASES = 800

# Scalars do not widen arrays (NEP 50): the rule of NumPy 2, and an option of the last NumPy 1.
if hasattr(np, "_set_promotion_state"):
    np._set_promotion_state("weak")


def assign(target, value):
    target[...] = value


def logical_expression(a, b, c):
    return (a >= b) | ((b != c) & ~(a == c))


# The same list, in the same order, stands in catalogue.cpp: types of the arrays, and what is done.
EXPRESSIONS = [
    ("ddd", lambda a, b, c: a + b * c),
    ("fff", lambda a, b, c: a * b - c / b),
    ("iii", lambda a, b, c: a * b + c),
    ("lll", lambda a, b, c: a - b * c),
    ("ilf", lambda a, b, c: (a + b) * c),
    ("fid", lambda a, b, c: a * b - c),
    ("?if", lambda a, b, c: a * b + c),
    ("iil", lambda a, b, c: a / b - c),
    ("df?", lambda a, b, c: np.where(c, a, b)),
    ("idl", lambda a, b, c: np.where(a > b, c, a)),
    ("fff", lambda a, b, c: np.minimum(a, np.maximum(b, c))),
    ("lid", lambda a, b, c: np.maximum(a, b) - np.minimum(b, c)),
    ("ddd", lambda a, b, c: np.sqrt(np.abs(a)) * np.abs(-b) + c),
    ("fif", lambda a, b, c: np.sqrt(np.abs(a) + np.abs(c)) - np.abs(b)),
    ("fdf", lambda a, b, c: (a < b) & (c == c)),
    ("iil", lambda a, b, c: (a <= b) == (b > c)),
    ("ddd", logical_expression),
    ("dfi", lambda a, b, c: 2.0 * a - 4.5 * b + 3 * c),
    ("fff", lambda a, b, c: 0.1 * a + b / 3 - c),
    ("il?", lambda a, b, c: a * 3 - b + c),
    ("ddd", lambda a, b, c: np.floor(a) + np.ceil(b) * (1.0 - c)),
    ("dif", lambda a, b, c: a[0:1, np.newaxis, :, ::-1] * b - c),
    ("ddd", lambda a, b, c: a[:, ::-1] + b[::-1] * c),
]
CHANGES = [
    ("d", lambda to, x, y: assign(to, x)),
    ("d", lambda to, x, y: assign(to, x * 2.0 - y)),
    ("i", lambda to, x, y: np.add(to, x, out=to)),
    ("f", lambda to, x, y: assign(to, to * x + y)),
    ("l", lambda to, x, y: assign(to, to - x * y)),
    ("?", lambda to, x, y: assign(to, x & ~y)),
    ("d", lambda to, x, y: assign(to, x[0:1] - y[:, -1:])),
]
SUBSCRIPTS = [
    ("d", lambda a, s, t: a[s, t]),
    ("i", lambda a, s, t: a[s, t].T * 2),
    ("f", lambda a, s, t: a[s, np.newaxis, t] - a[s, t][:, np.newaxis, ::-1]),
]


def random_length():
    return 0 if rng.random() < 0.03 else rng.choice([1, 2, 3, 4, 5, 8, 17])


def expression_case(number):
    types, function = EXPRESSIONS[number]
    full = [random_length() for _ in range(3)]
    if rng.random() < 0.1:
        full[rng.randrange(3)] = rng.randint(500, 1500)
    arrays, question = [], integers(number)
    for ndim, dtype in zip((3, 2, 1), types):
        shape = [1 if rng.random() < 0.25 else n for n in full[3 - ndim:]]
        memory, array = strided_array(shape, dtype)
        arrays.append(array)
        question += as_case(memory, array)
    return question, function(*arrays), f"{number} on {[a.shape for a in arrays]}"


def random_part(array, shape):
    """Rows and columns of an array, spread out, forward or backward, perhaps transposed."""
    if rng.random() < 0.3:
        return random_part(array.T, shape[::-1]).T
    picks = []
    for n, count in zip(array.shape, shape):
        step = rng.randint(1, max(1, (n - 1) // max(1, count - 1)))
        first = rng.randint(0, n - 1 - step * (count - 1))
        picks.append(slice(first, first + step * (count - 1) + 1, step))
    return array[tuple(picks)][tuple(slice(None, None, rng.choice([1, -1])) for _ in shape)]


def change_case(number):
    dtype, function = CHANGES[number]
    n = rng.choice([2, 3, 6, 11, 40])
    memory, whole = strided_array([n, n + 1], dtype)
    shape = [rng.randint(1, n), rng.randint(1, n)]
    parts = [random_part(whole, shape) for _ in range(3)]
    number += len(EXPRESSIONS)
    question = integers(number) + as_case(memory, whole)
    for part in parts:
        offset = (address(part) - address(whole)) // part.itemsize
        question += integers(offset, *part.shape, *[s // part.itemsize for s in part.strides])
    function(*parts)
    return question, whole, f"{number} on {shape} of {whole.shape}"


def random_slice(n):
    end = lambda: None if rng.random() < 0.3 else rng.randint(-n - 2, n + 2)
    return slice(end(), end(), rng.choice([1, 1, 2, 3, -1, -2, n + 1, -n - 1]))


def slice_case(s):
    return integers(s.start is not None, s.start or 0, s.stop is not None, s.stop or 0, s.step)


def subscript_case(number):
    dtype, function = SUBSCRIPTS[number]
    memory, array = strided_array([random_length(), random_length()], dtype)
    slices = [random_slice(n) for n in array.shape]
    number += len(EXPRESSIONS) + len(CHANGES)
    question = integers(number) + as_case(memory, array) + b"".join(map(slice_case, slices))
    return question, function(array, *slices), f"{number} on {array.shape}, {slices}"


def random_case(k):
    number = k % (len(EXPRESSIONS) + len(CHANGES) + len(SUBSCRIPTS))
    if number < len(EXPRESSIONS):
        return expression_case(number)
    number -= len(EXPRESSIONS)
    return change_case(number) if number < len(CHANGES) else subscript_case(number - len(CHANGES))


def main():
    with np.errstate(all="ignore"):
        cases = [random_case(k) for k in range(CASES)]
    answers = Answers(run_cases("expressions", [question for question, _, _ in cases]))
    failures = []
    for k, (_, expected, text) in enumerate(cases):
        found, expected = answers.next_array(), np.asarray(expected)
        if not same_bits(found, expected):
            failures.append(f"case {k}, expression {text}: {difference(found, expected)}")
    finish(CASES, failures)


main()
