"""Functions that make arrays."""

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

calls = Calls()
CASES = 60


def number():
    kind = rng.randrange(4)
    if kind == 0:
        return float(rng.randint(-5, 5))
    if kind == 1:
        return round(rng.uniform(-2, 2), 1)
    return rng.gauss(0, 1) * 10 ** rng.randint(-3, 3)


def arange():
    start, count, step = number(), rng.randint(-2, 30), rng.choice([0.1, 0.3, -0.25, 1.0, 1 / 3, rng.gauss(0, 1)])
    stop = start + count * step + rng.choice([0, 0, step / 2, 1e-12])
    calls.add("arange_d", (start, stop, step), np.arange(start, stop, step))
    start, stop, step = np.float32(start), np.float32(stop), np.float32(step)
    calls.add("arange_f", (start, stop, step), np.arange(start, stop, step, dtype="f"))


def arange_integers():
    start, step = rng.randint(-50, 50), rng.choice([1, 2, 3, -1, -7])
    stop = start + rng.randint(-30, 90)
    calls.add("arange_l", (start, stop, step), np.arange(start, stop, step))
    big = 2**62
    calls.add("arange_l", (-big - start, big + 9, 2**59 + step), np.array(range(-big - start, big + 9, 2**59 + step)))
    calls.add("arange_L", (100 + start, 100 + stop, abs(step)),
              np.arange(100 + start, 100 + stop, abs(step), dtype="L"))
    n = rng.randint(0, 12)
    calls.add("arange_types", (n,), np.arange(n), np.arange(1, n), np.arange(0.5, n), np.arange(1, n, 0.25),
              np.arange(n, dtype="h"), np.arange(0, n, 0.3, dtype="f"), np.arange(1, n, 0.5))


def spaces():
    start, stop, num, endpoint = number(), number(), rng.choice([0, 1, 2, 3, 7, 50, 101]), rng.randrange(2)
    if rng.random() < 0.1:
        start, stop = 0.0, 5e-324  # steps underflow
    if rng.random() < 0.1:
        stop = start
    calls.add("linspace", (start, stop, num, endpoint), np.linspace(start, stop, num, bool(endpoint)),
              np.linspace(start, stop, num, bool(endpoint), dtype="f"))
    calls.add("linspace_h", (start, stop, num), np.linspace(start, stop, num, dtype="h"))
    calls.add("linspace_D", (start, stop, num), np.linspace(start + 1j * stop, stop - 1j * start, num),
              close=lambda found, expected: np.allclose(found, expected, 1e-15, 1e-15))
    base = rng.choice([10.0, 2.0, 1.5])
    low, high = max(start, -50.0), min(stop, 50.0)
    calls.add("logspace", (low, high, num, base, endpoint), np.logspace(low, high, num, bool(endpoint), base), ulps=2)
    start, stop = abs(start) + 1e-3, abs(stop) + 1e-3
    if rng.random() < 0.5:
        start, stop = -start, -stop
    calls.add("geomspace", (start, stop, num, endpoint), np.geomspace(start, stop, num, bool(endpoint)), ulps=64)


def grids():
    x = strided_array([rng.randint(0, 5)], "d")[1]
    y = strided_array([rng.randint(0, 5)], "i")[1]
    calls.add("meshgrid", (x, y), *np.meshgrid(x, y), *np.meshgrid(x, y, x, indexing="ij"))
    shape = [rng.randint(0, 4) for _ in range(3)]
    subscripts = np.indices(shape)
    calls.add("indices", shape, subscripts, 100 * subscripts[0] + 10 * subscripts[1] - subscripts[2])


def errors():
    calls.add("zeros", (2, -3), Raises("negative", "-3"))
    calls.add("zeros", (2**40, 2**40), Raises(str(2**40), "more bytes"))
    calls.add("arange_l", (0, 5, 0), Raises("step of 0"))
    calls.add("arange_L", (5, 0, 1), np.arange(0, dtype="L"))
    calls.add("arange_d", (0.0, 5.0, 0.0), Raises("from 0", "to 5", "by 0"))
    calls.add("arange_d", (0.0, np.inf, 1.0), Raises("inf"))
    calls.add("arange_d", (np.nan, 1.0, 1.0), Raises("nan"))
    calls.add("arange_d", (0.0, 1e300, 1e-300), Raises("1e", "300"))
    calls.add("linspace", (0.0, 1.0, -1, 1), Raises("(-1,)"))
    calls.add("linspace_h", (0.0, 1e6, 3), Raises("1000000", "16-bit"))
    calls.add("geomspace", (0.0, 1.0, 3, 1), Raises("from 0 to 1"))
    calls.add("geomspace", (-1.0, 1.0, 3, 1), Raises("from -1 to 1"))


for shape in [(2, 3), (0, 4), (1, 1)]:
    calls.add("zeros", shape, np.zeros(shape))
for _ in range(CASES):
    for case in [arange, arange_integers, spaces, grids]:
        case()
errors()
calls.run()
