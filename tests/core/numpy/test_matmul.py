"""Products of matrices and vectors against NumPy, on strided, reversed and transposed operands."""

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

calls = Calls()


def gaussian(shape):
    return np.reshape([rng.gauss(0, 1) for _ in range(int(np.prod(shape)))], shape)


def operand(shape, dtype):
    """A strided array of moderate numbers, or of any integers."""
    array = strided_array(shape, dtype)[1]
    if np.dtype(dtype).kind in "fc":
        array[...] = gaussian(shape)
    if np.dtype(dtype).kind == "c":
        array.imag = gaussian(shape)
    return array


def within_bound(a, b):
    """The error bound of any order of summation."""
    bound = np.matmul(abs(a).astype(float), abs(b).astype(float))
    terms = (a.shape[-1] + 4) * np.finfo(a.dtype).eps * (4 if a.dtype.kind == "c" else 1)
    return lambda found, expected: found.dtype == a.dtype and np.all(abs(found - expected) <= terms * bound)


def product(name, a, b):
    exact = a.dtype.kind not in "fc"
    with np.errstate(all="ignore"):
        calls.add(name, (a, b), np.matmul(a, b), close=None if exact else within_bound(a, b))


def sizes(count):
    return [0 if rng.random() < 0.04 else rng.choice([1, 2, 3, 5, 8, 9, 17, 40]) for _ in range(count)]


def add_matrices():
    for dtype in "dfDFbiL?":
        for _ in range(60 if dtype == "d" else 20):
            m, k, n = sizes(3)
            product("matmul22", operand((m, k), dtype), operand((k, n), dtype))
    for dtype in "dD":
        for _ in range(20):
            m, k = sizes(2)
            product("matmul21", operand((m, k), dtype), operand((k,), dtype))
            product("matmul12", operand((k,), dtype), operand((k, m), dtype))


def stack_pair(names):
    s, t, m, k, n = sizes(5)
    one = lambda size: rng.choice([1, size])
    shapes = {"1": lambda rows, columns: (rows,), "2": lambda rows, columns: (rows, columns),
              "3": lambda rows, columns: (one(s), rows, columns),
              "4": lambda rows, columns: (one(t), one(s), rows, columns)}
    left = shapes[names[0]](m, k) if names[0] != "1" else (k,)
    return left, shapes[names[1]](k, n)


def add_stacks():
    for names in ("23", "31", "32", "33", "42"):
        for number in range(24):
            left, right = stack_pair(names)
            a, b = operand(left, "d"), operand(right, "d")
            if number % 3 == 0:  # stacks without gaps are one product
                a, b = a.copy(), b.copy()
            product("matmul" + names, a, b)
            if names == "33" and number % 4 == 0:
                product("matmul33", operand(left, "i"), operand(right, "i"))


def add_joined_stacks():
    """Contiguous stacks, where the matrices on the right are the same or not."""
    for left in ((3, 4, 5), (1, 4, 5), (3, 1, 5)):
        for right in ((3, 5, 6), (1, 5, 6)):
            product("matmul33", gaussian(left), gaussian(right))
        product("matmul32", gaussian(left), gaussian((5, 6)))
    for left in ((2, 3, 4, 5), (1, 3, 4, 5), (2, 1, 4, 5)):
        product("matmul42", gaussian(left), gaussian((5, 6)))
        product("matmul42", gaussian(left)[:, ::-1], gaussian((5, 6)))


def add_outputs():
    for _ in range(40):
        m, k, n = sizes(3)
        a, b, c = operand((m, k), "d"), operand((k, n), "d"), operand((m, n), "d")
        c[...] = np.nan
        calls.add("matmul_out", (a, b, c), np.matmul(a, b), close=within_bound(a, b))
    for n in (2, 3, 9, 20):
        a = operand((n, n + 2), "d")
        expected, part = a.copy(), None
        part = expected[1:, ::-1][:, :n - 1]
        part.T[...] = part @ part
        calls.add("matmul_overlap", (a,), expected,
                  close=lambda found, truth: np.allclose(found, truth, 1e-13, 1e-13))


def add_others():
    for _ in range(15):
        m, k, n = sizes(3)
        a, b = operand((m, k), "d"), operand((k, n), "d")
        calls.add("dot22", (a, b), a @ b, close=within_bound(a, b))
        c = operand((n, k), "d")
        calls.add("inner", (a, c), np.inner(a, c), close=within_bound(a, c.T))
        for dtype in "dD":
            x, y = operand((m, k), dtype), operand((m, k), dtype)
            bound = 1e-14 * np.sum(abs(x) * abs(y))
            calls.add("vdot", (x, y), np.vdot(x, y), close=lambda f, e, bound=bound: abs(f - e) <= bound)
        for dtype in "di":
            x, y = operand((m,), dtype), operand((n,), dtype)
            calls.add("outer", (x, y), np.outer(x, y))


def add_exact():
    for _ in range(15):
        m, k, n = sizes(3)
        x, y = operand((m, k), "i"), operand((k, n), "i")
        calls.add("kron", (x, y), np.kron(x, y))
        u, v = operand((m, 3), "i"), operand((3,), "i")
        calls.add("cross", (u, v), np.cross(u, v))
        t, w = operand((n, m, k), "i"), operand((k, m), "i")
        calls.add("tensordot", (t, w), np.tensordot(t, w, 1), np.tensordot(t, w.T, 2))
        z, offset = operand((m, k), "l"), rng.randint(-4, 4)
        calls.add("trace", (z, offset), np.trace(z, offset))
        i, f = operand((m, k), "i") // 2**20, np.ones((k, n), "f")
        calls.add("matmul_mixed", (i, f), i @ (2.0 * f))


def add_errors():
    z = np.zeros
    calls.add("matmul22", (z((3, 4)), z((5, 2))), Raises("(3, 4)", "(5, 2)"))
    calls.add("matmul11", (z(3), z(4)), Raises("(3,)", "(4,)"))
    calls.add("matmul33", (z((2, 3, 4)), z((3, 4, 3))), Raises("(2,)", "(3,)", "broadcast"))
    calls.add("matmul_out", (z((3, 4)), z((4, 2)), z((3, 3))), Raises("(3, 2)", "(3, 3)"))
    calls.add("cross", (z((2, 2), "i"), z(3, "i")), Raises("(2, 2)", "3 elements"))
    calls.add("vdot", (z((2, 2)), z((2, 3))), Raises("(2, 2)", "(2, 3)"))


add_matrices()
add_stacks()
add_joined_stacks()
add_outputs()
add_others()
with np.errstate(all="ignore"):
    add_exact()
add_errors()
calls.run()
