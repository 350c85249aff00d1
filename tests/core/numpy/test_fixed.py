"""Small vectors and matrices of a fixed shape, against stacks of NumPy's."""

import numpy as np

from driver import rng
from functions import Calls

calls = Calls()


def gaussian(shape, dtype="d"):
    values = np.reshape([rng.gauss(0, 1) for _ in range(int(np.prod(shape)))], shape)
    imaginary = 1j * np.reshape([rng.gauss(0, 1) for _ in range(int(np.prod(shape)))], shape) if dtype == "D" else 0
    return (values + imaginary).astype(dtype)


def agree(scale):
    """Equal types and shapes, and elements to so many rounding errors of the largest."""
    def close(found, expected):
        tolerance = 200 * scale * np.finfo(expected.dtype).eps * np.max(abs(expected), initial=0)
        return found.dtype == expected.dtype and found.shape == expected.shape and np.all(
            abs(found - expected) <= tolerance)
    return close


def add_matrices():
    for number in range(60):
        n, dtype, count = 2 + number % 3, "dfD"[number // 3 % 3], rng.choice([1, 2, 17])
        a = gaussian((count, n, n), dtype)
        while np.max(np.linalg.cond(a)) > 100:
            a = gaussian((count, n, n), dtype)
        x = gaussian((count, n), dtype)
        calls.add(f"fixed_matrices{n}", (a, x), np.linalg.inv(a), np.linalg.det(a),
                  np.linalg.solve(a, x[:, :, np.newaxis])[:, :, 0], (a @ x[:, :, np.newaxis])[:, :, 0],
                  a @ np.swapaxes(a, 1, 2), np.linalg.norm(x, axis=1), np.linalg.norm(a, axis=(1, 2)), close=agree(100))


def add_vectors():
    for count in (1, 2, 5, 200):
        x, y = gaussian((count, 3)), gaussian((count, 3))
        calls.add("fixed_vectors", (x, y), np.cross(x, y), x[:, :, np.newaxis] * y[:, np.newaxis, :],
                  2.0 * x - y / 3.0 + x * y, x.min(axis=0), x.max(axis=0), str(x))


add_matrices()
add_vectors()
calls.run()
