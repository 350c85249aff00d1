"""The cases of `tessera-bench sort` in NumPy. Reads lines "case type n" or a count, answers "ready" or seconds."""

import sys
import time

import numpy as np

rng = np.random.default_rng(1)


def prepared(case, kind, n):
    """A function that does the case once."""
    if case == "unique":
        a = rng.integers(0, 1000, n)
    else:
        a = rng.normal(size=n) * 1e18
    a = a.astype(kind)
    return {"sort": lambda: np.sort(a), "unique": lambda: np.unique(a),
            "argsort": lambda: np.argsort(a, kind="stable")}[case]


function = None
for line in sys.stdin:
    words = line.split()
    if len(words) == 3:
        function = prepared(words[0], words[1], int(words[2]))
        print("ready", flush=True)
        continue
    start = time.perf_counter()
    for _ in range(int(words[0])):
        function()
    print(time.perf_counter() - start, flush=True)
