"""The cases of `tessera-bench core` in NumPy. Reads lines "case n rows" or a count, answers "ready" or seconds."""

import sys
import time

import numpy as np

rng = np.random.default_rng(1)


def prepared(case, n, rows):
    """A function that does the case once."""
    columns = n // rows
    sizes = {"difference": n + 1, "strided": 2 * n, "pairwise": 3 * rows}
    a, b = (rng.uniform(0.1, 3.0, sizes.get(case, n)) for _ in range(2))
    matrix = a[:n].reshape(rows, columns) if case != "pairwise" else None
    other = b[:n].reshape(rows, columns) if case != "pairwise" else None
    points = a.reshape(-1, 3) if case == "pairwise" else None
    mask = a > 1.55 if case == "select" else None
    return {
        "linear": lambda: 2.0 * a - 4.5 * b,
        "square": lambda: a**2,
        "difference": lambda: a[1:] - a[:-1],
        "strided": lambda: a[::2] - b[::2],
        "mixed": lambda: (2.0 * a - 4.5 * b) + 1.1 * (np.sin(a) + np.cos(b)),
        "exp": lambda: np.exp(a),
        "log": lambda: np.log(a),
        "sin": lambda: np.sin(a),
        "tanh": lambda: np.tanh(a),
        "pow": lambda: a**b,
        "outer": lambda: a[:rows, np.newaxis] * b[:columns],
        "transposed": lambda: matrix.T + other,
        "pairwise": lambda: np.sqrt(((points[:, np.newaxis, :] - points) ** 2).sum(axis=-1)),
        "sum": lambda: np.sum(a),
        "dot": lambda: np.dot(a, b),
        "argmax": lambda: np.argmax(a),
        "matmul": lambda: matrix @ other,
        "sort": lambda: np.sort(a),
        "random": lambda: rng.random(n),
        "select": lambda: a[mask],
    }[case]


function = None
for line in sys.stdin:
    words = line.split()
    if len(words) == 3:
        function = prepared(words[0], int(words[1]), int(words[2]))
        print("ready", flush=True)
        continue
    start = time.perf_counter()
    for _ in range(int(words[0])):
        function()
    print(time.perf_counter() - start, flush=True)
