"""Polynomials against NumPy."""

import warnings

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

warnings.simplefilter("ignore")
calls = Calls()


def operand(values, dtype="d"):
    values = np.asarray(values)
    array = strided_array(values.shape, dtype)[1]
    array[...] = values
    return array


def coefficients(n, dtype="d"):
    if dtype == "i":
        return operand([rng.randint(-5, 5) for _ in range(n)], "i")
    return operand([rng.gauss(0, 2) for _ in range(n)])


def agree(tolerance=1e-10):
    return lambda found, expected: found.dtype == expected.dtype and np.allclose(
        found, expected, tolerance, tolerance * np.max(abs(expected), initial=0), equal_nan=True)


def same_roots(found, expected):
    if found.shape != expected.shape:
        return False
    distance = abs(found[:, np.newaxis] - expected)
    return np.all(np.min(distance, 0, initial=1) < 1e-6) and np.all(np.min(distance, 1, initial=1) < 1e-6)


def add_arithmetic():
    for number in range(60):
        dtype = "di"[number % 2]
        a, b = (coefficients(rng.randint(1, 7), dtype) for _ in range(2))
        calls.add("polyadd", (a, b), np.polyadd(a, b))
        calls.add("polysub", (a, b), np.polysub(a, b))
        calls.add("polymul", (a, b), np.polymul(a, b), close=agree(1e-13))
        calls.add("polyder", (a, number % 4), np.polyder(a, number % 4).astype("ld"[number % 2 == 0]))
        calls.add("polyint", (a, number % 3, 0.5), np.polyint(a, number % 3, 0.5) if number % 3 else a.astype("d"))
        if dtype == "d":
            calls.add("polydiv", (a, b), *np.polydiv(a, b), close=agree())
    exact = np.poly([1.0, 2.0, 3.0])
    calls.add("polydiv", (exact, np.poly([2.0])), *np.polydiv(exact, np.poly([2.0])), close=agree())
    zeros = np.zeros(3)
    calls.add("polymul", (zeros, np.array([0.0, 1, 2])), np.polymul(zeros, [0, 1, 2]))


def add_values():
    for _ in range(40):
        p = coefficients(rng.randint(0, 6))
        x = operand(np.reshape([rng.gauss(0, 2) for _ in range(600)], (20, 30))[:rng.randint(0, 20)])
        # Horner's rule in the same order, so the same bits.
        calls.add("polyval", (p, x), np.polyval(p, x))
        n, i = coefficients(4, "i"), coefficients(15, "i").reshape(3, 5)
        calls.add("polyval_int", (n, i), np.polyval(n, i), np.float64(np.polyval(n, 2.5)))


def add_roots():
    for n in (0, 1, 2, 3, 5, 8):
        for _ in range(4):
            p = coefficients(n)
            calls.add("roots", (p,), np.roots(p), close=same_roots)
            q = operand(np.array(p) + 1j * np.array(coefficients(n)), "D")
            calls.add("roots", (q,), np.roots(q), close=same_roots)
            r = coefficients(n)
            calls.add("poly", (r,), np.atleast_1d(np.poly(r)), close=agree())
    for p in ([0, 0, 1, -3, 2, 0, 0], [0, 0], [5], [1, 0, 1], [0, 2, 0]):
        calls.add("roots", (np.array(p, "d"),), np.roots(p), close=same_roots)
    z = np.array([1j, 2.0, -1 + 1j])
    calls.add("poly", (z,), np.poly(z), close=agree())


def add_fits():
    for number in range(40):
        n, degree = rng.randint(4, 30), rng.randint(0, 3)
        x = operand([rng.uniform(-3, 3) for _ in range(n)])
        y = operand(np.reshape([rng.gauss(0, 1) for _ in range(2 * n)], (n, 2)))
        y = y if number % 2 else y[:, 0]
        fit, residuals, rank, s, rcond = np.polyfit(x, y, degree, full=True)
        covariance = np.zeros((0, 0) if y.ndim == 1 else (0, 0, 2))
        if n > degree + 1:
            covariance = np.polyfit(x, y, degree, cov=True)[1]
        calls.add(f"polyfit{y.ndim}", (x, y, degree, rcond), fit, residuals, int(rank), s, covariance, close=agree())
        w, y = operand([rng.uniform(0.1, 2) for _ in range(n)]), operand(y if y.ndim == 1 else y[:, 0])
        if n > degree + 1:
            calls.add("polyfit_weighted", (x, y, w, degree), *np.polyfit(x, y, degree, w=w, cov="unscaled"),
                      close=agree())
    x = np.array([1.0, 1.0, 2.0])  # two places, three coefficients: not unique
    fit, residuals, rank, s, rcond = np.polyfit(x, x, 2, full=True)
    calls.add("polyfit1", (x, x, 2, rcond), fit, residuals, int(rank), s, np.zeros((0, 0)),
              close=lambda f, e: np.allclose(f, e, atol=1e-12))


def add_errors():
    x = np.arange(4.0)
    calls.add("polyfit1", (x, x[:3], 1, -1.0), Raises("4 points", "3 values"))
    calls.add("polyfit1", (x, x, -1, -1.0), Raises("degree -1"))
    calls.add("polyfit1", (x[:0], x[:0], 1, -1.0), Raises("without points"))
    calls.add("polyfit1", (x, x + np.nan, 1, -1.0), Raises("NaN"))
    calls.add("polyfit_weighted", (x, x, x[1:], 1), Raises("4 points", "3 weights"))
    calls.add("polydiv", (x, x), Raises("leading coefficient is zero"))
    calls.add("polyder", (x, -1), Raises("order -1"))
    calls.add("roots", (x * np.nan,), Raises("NaN"))


for part in (add_arithmetic, add_values, add_roots, add_fits, add_errors):
    part()
calls.run()
