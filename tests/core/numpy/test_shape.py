"""Shape functions on random arrays of all layouts."""

import numpy as np

from arrays import strided_array
from driver import rng
from functions import Calls, Raises

calls = Calls()
CASES = 25
MODES = ["constant", "edge", "reflect", "symmetric", "wrap"]


def sizes(ndim, least=0):
    return tuple(rng.choice([least, 1, 2, 3, 4]) for _ in range(ndim))


def array(shape, dtype="i"):
    return strided_array(shape, dtype)[1]


def any_array(least=0):
    return array(sizes(rng.randint(1, 3), least))


def any_axis(ndim):
    return rng.randint(-ndim, ndim - 1)


def factors(n, count):
    """Sizes whose product is n."""
    result = []
    for _ in range(count - 1):
        f = rng.choice([d for d in range(1, n + 1) if n % d == 0]) if n else rng.choice([0, 1, 2])
        result.append(f)
        n = n // f if f else 0
    return result + [n]


def is_copy(b, a):
    # NumPy says of empty arrays that they share nothing.
    return a.size > 0 and not np.shares_memory(a, b)


def reshape():
    a = any_array()
    shape = factors(a.size, rng.randint(1, 3))
    if np.prod(shape) != a.size:
        shape = [a.size]
    if rng.random() < 0.5 and a.size:
        shape[rng.randrange(len(shape))] = -1
    r = a.reshape(shape)
    calls.add("reshape", (a, len(shape), *shape), r, is_copy(r, a))


def ravel():
    a = any_array()
    c = np.ascontiguousarray(a)
    calls.add("ravel", (a,), a.ravel(), a.flatten(), c, is_copy(c, a))


def axes():
    a = array(sizes(3))
    i, j, k = (axis - rng.choice([0, 3]) for axis in rng.sample(range(3), 3))
    turns, offset = rng.randint(-5, 5), rng.randint(-4, 4)
    expected = [np.transpose(a, (i, j, k)), np.swapaxes(a, i, j), np.moveaxis(a, i, j),
                np.moveaxis(a, (i, j), (k, i)), np.flip(a, (i, k)), np.flip(a), np.rot90(a, turns),
                np.diagonal(a, offset)]
    calls.add("axes", (a, i, j, k, turns, offset), *expected)


def dimensions():
    a = any_array()
    at = rng.sample(range(a.ndim + 2), 2)
    at = [axis - rng.choice([0, a.ndim + 2]) for axis in at]
    expected = [np.expand_dims(a, at), a, np.atleast_2d(a), np.atleast_3d(a)]
    calls.add("dimensions", (a, *at), *expected)


def broadcast_to():
    a = any_array()
    shape = sizes(3)
    try:
        expected = np.broadcast_to(a, shape)
    except ValueError:
        expected = Raises(str(a.shape), str(shape))
    calls.add("broadcast_to", (a, *shape), expected)


def concatenate():
    shape, axis = sizes(2), any_axis(2)
    other = list(shape)
    other[axis] = rng.randint(0, 4)
    a, b = array(shape), array(other, rng.choice(["u4", "?"]))
    calls.add("concatenate", (a, b, axis), np.concatenate((a, b, a), axis))


def stack():
    shape = sizes(rng.randint(1, 3))
    a, b, axis = array(shape), array(shape, "f"), any_axis(len(shape) + 1)
    with np.errstate(invalid="ignore"):
        expected = [np.stack((a, b), axis), np.vstack((a, b)), np.hstack((a, b)), np.dstack((a, b))]
        if a.ndim < 3:
            expected.append(np.column_stack((a, b)))
    calls.add("stack", (a, b, axis), *expected)


def vstack_row():
    a = array(sizes(2))
    row = array(a.shape[1:])
    calls.add("vstack_row", (a, row), np.vstack((a, row)))


def split():
    a, axis = array(sizes(2)), any_axis(2)
    i, j, parts = rng.randint(-3, 5), rng.randint(-3, 5), rng.randint(1, 4)
    calls.add("split", (a, axis, i, j, parts), *np.split(a, [i, j], axis), *np.split(a, [j, i, j], axis),
              *np.array_split(a, parts, axis))
    if a.shape[axis] % parts == 0:
        expected = np.split(a, parts, axis)
    else:
        expected = [Raises(f"{a.shape[axis]} elements", f"{parts} equal parts")]
    calls.add("split_equal", (a, axis, parts), *expected)


def roll():
    a, shift = any_array(), rng.choice([0, 1, -1, 7, -13, 2**62])
    axis = any_axis(a.ndim)
    expected = [np.roll(a, shift), np.roll(a, shift, axis)]
    if a.ndim > 1:
        expected.append(np.roll(np.roll(a, shift, 0), 1, -1))
    calls.add("roll", (a, shift, axis), *expected)


def repeat():
    a, count = any_array(), rng.randint(0, 3)
    axis = any_axis(a.ndim)
    counts = np.array([rng.randint(0, 3) for _ in range(a.shape[axis])], "l")
    calls.add("repeat", (a, count, axis, counts), np.repeat(a, count), np.repeat(a, count, axis),
              np.repeat(a, counts, axis))


def tile():
    a, i, j = any_array(), rng.randint(0, 3), rng.randint(0, 3)
    calls.add("tile", (a, i, j), np.tile(a, j), np.tile(a, (i, j)))


def pad():
    mode = rng.randrange(len(MODES))
    a = any_array(least=0 if mode == 0 else 1)
    # What wider padding continues with was mended in later versions of NumPy.
    widest = min(a.shape) if mode else 3
    if MODES[mode] == "reflect":
        widest = max(widest - 1, 0)
    widths = [(rng.randint(0, widest), rng.randint(0, widest)) for _ in a.shape]
    options = {"constant_values": 7} if mode == 0 else {}
    calls.add("pad", (a, *np.ravel(widths), mode), np.pad(a, widths, MODES[mode], **options))


def insert():
    a = any_array(least=1)
    axis = any_axis(a.ndim)
    at = any_axis(a.shape[axis])
    part = rng.randint(-4, 4), rng.randint(-4, 4), rng.choice([-2, -1, 1, 2])
    calls.add("insert", (a, axis, at, *part), np.insert(a, at, 9, axis), np.append(a, a, axis), np.append(a, a),
              np.delete(a, slice(*part), axis), np.delete(a, at, axis))


def triangles():
    a, k = array(sizes(3, least=1)), rng.randint(-5, 5)
    n, m = rng.randint(0, 5), rng.randint(0, 5)
    calls.add("triangles", (a, k, n, m), np.tril(a, k), np.triu(a, k), np.diag(a[0], k), np.diag(a[0, 0], k),
              np.eye(n, m, k, dtype="i"))


def errors():
    a = np.arange(12, dtype="i").reshape(3, 4)
    for shape in [(5, 2), (-1, 5), (-1, -1), (-2, 6), (0, -1), (2**40, 2**40)]:
        calls.add("reshape", (a, 2, *shape), Raises("(3, 4)", "12 elements", str(shape)))
    calls.add("reshape", (a[:0], 2, 0, -1), Raises("(0, 4)", "(0, -1)"))
    cube = a.reshape(3, 1, 4)
    calls.add("squeeze", (cube, -2), a)
    calls.add("squeeze", (cube, 2), Raises("axis 2", "(3, 1, 4)"))
    calls.add("squeeze", (cube, 3), Raises("axis 3", "3 axes"))
    calls.add("axes", (cube, 0, 1, 1, 0, 0), Raises("axis 1", "twice"))
    calls.add("concatenate", (a, a.T.astype("u4"), 1), Raises("(4, 3)", "(3, 4)", "axis 1"))
    calls.add("vstack_row", (a, a[0, 1:]), Raises("(1, 3)", "(3, 4)"))
    calls.add("stack", (a, a[:2].astype("f"), 0), Raises("(3, 4)", "(2, 4)"))
    calls.add("repeat", (a, -1, 0, np.ones(3, "l")), Raises("-1 times"))
    calls.add("pad", (a, 0, 1, -2, 0, 0), Raises("-2", "axis 1", "(3, 4)"))
    calls.add("pad", (a[:0], 1, 0, 0, 0, 1), Raises("axis 0", "(0, 4)"))
    calls.add("insert", (a, 0, 4, 0, 0, 1), Raises("4", "3 elements"))
    # Padding wider than the array goes on with the pattern.
    line = np.arange(3, dtype="i")
    calls.add("pad", (line, 4, 5, 4), np.arange(-4, 8, dtype="i") % 3)
    calls.add("pad", (line, 3, 4, 2), np.array([1, 2, 1, 0, 1, 2, 1, 0, 1, 2], "i"))


for _ in range(CASES):
    for case in [reshape, reshape, reshape, ravel, axes, dimensions, broadcast_to, concatenate, stack, vstack_row,
                 split, roll, repeat, tile, pad, pad, insert, triangles]:
        case()
errors()
calls.run()
