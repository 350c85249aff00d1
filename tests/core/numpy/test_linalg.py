"""numpy.linalg: solutions by their backward errors, and against NumPy where the input is well-conditioned."""

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

calls = Calls()
TYPES = "dfDF"


def gaussian(shape):
    return np.reshape([rng.gauss(0, 1) for _ in range(int(np.prod(shape)))], shape)


def operand(values, dtype):
    """The values in a strided array."""
    array = strided_array(values.shape, dtype)[1]
    array[...] = values
    return array


def random_matrix(m, n, dtype):
    imaginary = 1j * gaussian((m, n)) if dtype in "DF" else 0
    return operand(gaussian((m, n)) + imaginary, dtype)


def regular(n, dtype):
    """A well-conditioned matrix, whatever the random numbers."""
    return operand(random_matrix(n, n, dtype) + 3 * np.sqrt(n) * np.eye(n), dtype)


def size():
    return rng.choice([1, 2, 3, 4, 7, 20])


def agree(scale=1.0):
    """Equal types, and elements to so many rounding errors of the largest."""
    def close(found, expected):
        tolerance = scale * 4000 * np.finfo(expected.dtype).eps if expected.dtype.kind in "fc" else 0
        largest = np.max(abs(expected), initial=0)
        return found.dtype == expected.dtype and np.all(abs(found - expected) <= tolerance * largest)
    return close


def hermitian(m):
    return np.swapaxes(m, -1, -2).conj()


def small(difference, a, factor=200):
    """A backward error: a small multiple of the rounding error of a."""
    norm = np.linalg.norm(a) if a.size else 0
    return np.linalg.norm(difference) <= factor * max(a.shape) * np.finfo(a.dtype).eps * max(norm, 1e-300)


def is_unitary(q):
    return small(hermitian(q) @ q - np.eye(q.shape[1]), np.eye(q.shape[1], dtype=q.dtype))


class Factors:
    """Results that only belong together: the first ones are kept, and judged with the last."""

    def __init__(self, judge):
        self.judge, self.found = judge, []

    def __call__(self, found, expected):
        self.found.append(found)
        if found.dtype != np.asarray(expected).dtype:
            return False
        return self.judge(*self.found)


def collect(name, arguments, expected, judge):
    """Calls judge(*results) when all results are there."""
    factors = Factors(lambda *found: len(found) < len(expected) or judge(*found))
    calls.add(name, arguments, *expected, close=factors)


def add_solutions():
    for number in range(60):
        dtype, n, k = TYPES[number % 4], size(), rng.choice([0, 1, 2, 5])
        a, b = regular(n, dtype), random_matrix(n, k, dtype)
        calls.add("solve22", (a, b), np.linalg.solve(a, b), close=agree())
        calls.add("inv", (a,), np.linalg.inv(a), close=agree())
        sign, logarithm = np.linalg.slogdet(a)
        collect("det", (a,), [np.linalg.det(a), sign, logarithm], lambda d, s, l, a=a: agree(n)(
            d, np.asarray(np.linalg.det(a))) and abs(s * np.exp(l) - d) <= 1e3 * n * np.finfo(a.dtype).eps * abs(d))
    for _ in range(10):
        n, k, s = size(), size(), rng.choice([1, 2, 3])
        a, stack = regular(n, "d"), operand(np.stack([regular(n, "d") for _ in range(s)]), "d")
        b, c = operand(gaussian((n,)), "d"), operand(gaussian((n, k)), "d")
        calls.add("solve21", (a, b), np.linalg.solve(a, b), close=agree())
        calls.add("solve32", (stack, c), np.linalg.solve(stack, c[np.newaxis]), close=agree())
        calls.add("solve31", (stack, b), np.linalg.solve(stack, b[np.newaxis, :, np.newaxis])[..., 0], close=agree())
    # An ill-conditioned one: a small residual all the same.
    hilbert = 1.0 / (np.arange(12)[:, np.newaxis] + np.arange(12) + 1)
    right = gaussian((12, 1))
    calls.add("solve22", (hilbert, right), np.zeros((12, 1)),
              close=lambda x, _: np.linalg.norm(hilbert @ x - right) <=
              100 * 12 * 2.0**-52 * np.linalg.norm(hilbert) * np.linalg.norm(x))


def add_decompositions():
    for number in range(80):
        dtype, m, n = TYPES[number % 4], size(), size()
        a, full = random_matrix(m, n, dtype), number % 3 == 0
        q, r = np.linalg.qr(a, "complete" if full else "reduced")
        collect("qr", (a, int(full)), [q, r], lambda x, y, a=a, q=q: x.shape == q.shape and small(
            x @ y - a, a) and is_unitary(x) and np.all(np.tril(y, -1) == 0))
        u, s, vh = np.linalg.svd(a, full)
        k = len(s)
        collect("svd", (a, int(full)), [u, s, vh, s], lambda x, y, z, only, a=a, u=u, s=s, vh=vh, k=k: (
            x.shape == u.shape and z.shape == vh.shape and agree()(y, s) and agree()(only, s) and small(
                (x[:, :k] * y) @ z[:k] - a, a) and is_unitary(x) and is_unitary(hermitian(z))))
        calls.add("pinv", (a,), np.linalg.pinv(a), close=agree(
            1 + (np.linalg.cond(a) if min(m, n) else 0)**2))
        positive = operand(a @ hermitian(a) + m * np.eye(m), dtype)
        calls.add("cholesky", (positive,), np.linalg.cholesky(positive), close=agree())


def add_eigenvalues():
    for number in range(60):
        dtype, n = TYPES[number % 4], size()
        a = random_matrix(n, n, dtype)
        upper = number % 3 == 0
        triangle = np.triu(a) if upper else np.tril(a)
        whole = (triangle + hermitian(triangle) - np.diag(np.diag(a).real)).astype(dtype)
        if dtype in "DF":
            whole -= 1j * np.diag(np.diag(whole).imag)
        w, v = np.linalg.eigh(a, "U" if upper else "L")
        collect("eigh", (a, int(upper)), [w, v, w], lambda x, y, only, w=w, whole=whole: agree()(
            x, w) and agree()(only, w) and small(whole @ y - y * x, whole) and is_unitary(y))
        values = np.linalg.eigvals(a)
        values = values.astype(np.result_type(values, "F"))
        vectors = np.zeros(a.shape, values.dtype)
        collect("eig", (a,), [values, vectors, values], lambda x, y, only, a=a, values=values: (
            small(a @ y - y * x, a) and np.allclose(np.linalg.norm(y, axis=0), 1, atol=1e-5)
            and matched(x, values) and matched(only, values)))


def matched(found, expected):
    """The same set of numbers; those of random matrices are well apart."""
    tolerance = 1e5 * np.finfo(expected.dtype).eps * max(1, np.max(abs(expected), initial=0))
    distance = abs(found[:, np.newaxis] - expected)
    return np.all(np.min(distance, 0) <= tolerance) and np.all(np.min(distance, 1) <= tolerance)


def add_least_squares():
    for number in range(40):
        m, n, k = size(), size(), rng.choice([1, 2, 3])
        a = gaussian((m, n))
        if number % 4 == 0:
            a[:, n - 1] = a[:, 0]
        a, b = operand(a, "d"), operand(gaussian((m,) if number % 2 else (m, k)), "d")
        x, residuals, rank, s = np.linalg.lstsq(a, b, rcond=None)
        rank, scale = int(rank), 1 + (s[0] / s[rank - 1])**2
        collect("lstsq21" if number % 2 else "lstsq22", (a, b, -1.0), [x, residuals, rank, s],
                lambda f, r, k, w, x=x, residuals=residuals, rank=rank, s=s, scale=scale: agree(scale)(
                    f, x) and r.shape == residuals.shape and np.allclose(r, residuals, 1e-10, 1e-12)
                and k == rank and agree()(w, s))


def add_norms():
    orders = {1: "0 1 2 3 0.5 inf -inf -1".split(), 2: "1 2 inf -inf -1 -2 fro nuc".split()}
    number = lambda order: order if order in ("fro", "nuc") else float(order)
    for ndim in (1, 2):
        for order in orders[ndim]:
            for dtype in "dD":
                a = random_matrix(size(), size(), dtype)
                a = a if ndim == 2 else a[0]
                calls.add("norm", (a, order), np.linalg.norm(a, number(order)), close=agree())
    for order in ("1", "2", "inf"):
        for axis in (0, 1, -1):
            a = operand(gaussian((2, 3, 4)), "d")
            calls.add("norm", (a, order, axis), np.linalg.norm(a, float(order), axis), close=agree())
    for axes in [(0, 1), (1, 0), (-1, 0), (1, 2)]:
        a = operand(gaussian((2, 3, 4)), "d")
        calls.add("norm_axes", (a, *axes), np.linalg.norm(a, np.inf, axes), np.linalg.norm(a, 1, axes),
                  np.linalg.norm(a), close=agree())
    for number in range(12):
        a = regular(size(), "d")
        if number % 4 == 0:
            a[...] = np.ones(a.shape)  # singular, but for one row
        with np.errstate(all="ignore"):
            expected = [np.linalg.cond(a), np.linalg.cond(a, 1), np.linalg.cond(a, "fro"), np.linalg.cond(a, -2),
                        np.linalg.matrix_rank(a), np.linalg.matrix_rank(a, 0.5)]
        if number % 4:
            calls.add("cond", (a,), *expected, close=agree())
        elif len(a) > 1:
            collect("cond", (a,), expected, lambda two, one, fro, low, rank, high, e=expected: (
                two > 1e15 and one > 1e15 and fro > 1e15 and low < 1e-15 and rank == 1 and high == 1))
    for _ in range(12):
        n, p = size(), rng.randint(-3, 6)
        a = regular(n, "d") / (1 + n)
        calls.add("matrix_power", (a, p), np.linalg.matrix_power(a, p), close=agree(10))
        i = strided_array((n, n), "i")[1]
        calls.add("matrix_power", (i, abs(p)), np.linalg.matrix_power(i, abs(p)))


def add_stacks():
    for count in (0, 1, 3):
        for n in (1, 2, 5):
            a = operand(np.reshape([regular(n, "d") for _ in range(count)], (count, n, n)), "d")
            expected = [np.linalg.inv(a), np.linalg.det(a), np.linalg.slogdet(a)[1],
                        np.linalg.svd(a, compute_uv=False), np.linalg.eigvalsh(a), np.linalg.pinv(a),
                        np.linalg.cond(a), np.linalg.matrix_rank(a).astype("l"), a, a, np.linalg.matrix_power(a, 3)]
            calls.add("linalg_stack", (a,), *expected, close=agree())


def add_empty():
    z = np.zeros
    calls.add("solve22", (z((0, 0)), z((0, 3))), z((0, 3)))
    calls.add("inv", (z((0, 0)),), z((0, 0)))
    calls.add("det", (z((0, 0)),), 1.0, 1.0, 0.0)
    calls.add("svd", (z((0, 3)), 0), z((0, 0)), z(0), z((0, 3)), z(0))
    calls.add("svd", (z((2, 0)), 1), np.eye(2), z(0), z((0, 0)), z(0))
    calls.add("qr", (z((3, 0)), 0), z((3, 0)), z((0, 0)))
    calls.add("qr", (z((3, 0)), 1), np.eye(3), z((3, 0)))
    calls.add("eigh", (z((0, 0)), 0), z(0), z((0, 0)), z(0))
    calls.add("eig", (z((0, 0)),), z(0, "D"), z((0, 0), "D"), z(0, "D"))
    calls.add("pinv", (z((0, 3)),), z((3, 0)))
    calls.add("lstsq22", (z((3, 0)), z((3, 2)), -1.0), z((0, 2)), z(2), 0, z(0), close=lambda f, e: np.all(f == e))


def add_errors():
    z, eye = np.zeros, np.eye(3)
    singular = np.array([[1.0, 2, 3], [2, 4, 6], [0, 0, 1]])
    for name in ("inv", "det", "cholesky", "eig"):
        calls.add(name, (z((2, 3)),), Raises("square", "(2, 3)"))
    calls.add("eigh", (z((2, 3)), 0), Raises("square", "(2, 3)"))
    calls.add("solve22", (eye, z((4, 2))), Raises("(3, 3)", "(4, 2)"))
    calls.add("solve22", (singular, eye), Raises("singular", "pivot", "exactly zero"))
    calls.add("inv", (z((2, 2)),), Raises("singular", "pivot 0"))
    calls.add("det", (singular,), 0.0, 0.0, -np.inf)
    calls.add("linalg_stack", (np.stack([eye, singular]),), Raises("singular", "matrix 1 of the stack"))
    calls.add("cholesky", (-eye,), Raises("not positive definite", "pivot 0"))
    for value in (np.nan, np.inf):
        bad = eye * 1
        bad[2, 1] = value
        calls.add("eig", (bad,), Raises("infinity or a NaN"))
        calls.add("eigh", (bad, 0), Raises("infinity or a NaN"))
        calls.add("svd", (bad, 0), Raises("infinity or a NaN"))
        calls.add("lstsq22", (bad, eye, -1.0), Raises("infinity or a NaN"))
    calls.add("norm", (eye, "3"), Raises("order 3", "matrices"))
    calls.add("norm", (z(3), "fro"), Raises("fro", "vectors"))
    calls.add("matrix_power", (np.eye(2, dtype="i"), -1), Raises("negative power"))


for part in (add_solutions, add_decompositions, add_eigenvalues, add_least_squares, add_norms, add_stacks,
             add_empty, add_errors):
    part()
calls.run()
