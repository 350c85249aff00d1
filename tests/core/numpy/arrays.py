"""Random arrays of all layouts, sent to the drivers; and what comes back, compared bit for bit."""

import ctypes

import numpy as np

from driver import integers, rng


def random_values(count, dtype):
    if dtype.kind == "b":
        return np.array([rng.random() < 0.5 for _ in range(count)], dtype)
    if dtype.kind == "S":
        return np.array([rng.choice([b"", b"a", b"ab", b"b"]) for _ in range(count)], dtype)
    if dtype.kind == "c":
        part = dtype.type(0).real.dtype
        return random_values(2 * count, part).view(dtype)
    bits = np.frombuffer(rng.randbytes(count * dtype.itemsize), dtype).copy()
    low = 0 if dtype.kind == "u" else -4
    small = np.array([rng.randint(low, 4) for _ in range(count)], dtype)
    kind = rng.randrange(3)
    if kind == 0:
        return small
    if dtype.kind in "iu":
        return bits if kind == 1 else bits // dtype.type(2 ** (4 * dtype.itemsize))
    if kind == 1:
        return np.where(small == 1, small, bits).astype(dtype)
    return np.array([rng.gauss(0.0, 10.0) for _ in range(count)], dtype)


def strided_array(shape, dtype):
    """An array with axes in any order, with steps and gaps, some backward; and its memory."""
    order = rng.sample(range(len(shape)), len(shape))
    steps = [rng.choice([1, 1, 1, 2, 3]) for _ in shape]
    gaps = [rng.choice([0, 0, 1, 2]) for _ in shape]
    room = [n * step + gap for n, step, gap in zip(shape, steps, gaps)]
    count = int(np.prod([room[axis] for axis in order], initial=1))
    memory = random_values(count, np.dtype(dtype))
    whole = memory.reshape([room[axis] for axis in order]).transpose(np.argsort(order))
    part = whole[tuple(slice(gap, gap + n * step, step) for n, step, gap in zip(shape, steps, gaps))]
    return memory, part[tuple(slice(None, None, rng.choice([1, 1, -1])) for _ in shape)]


def address(array):
    return array.__array_interface__["data"][0]


def layout(memory, array):
    strides = [stride // array.itemsize for stride in array.strides]
    offset = (address(array) - address(memory)) // array.itemsize
    return integers(offset, *array.shape, *strides)


def as_case(memory, array):
    return integers(memory.size) + memory.tobytes() + layout(memory, array)


def type_code(dtype):
    """A type as the drivers know it: its letter and its size."""
    letter = "S" if dtype.kind == "S" else dtype.char
    return ord({"q": "l", "Q": "L"}.get(letter, letter)) | dtype.itemsize << 8


def whole_memory(array):
    """The memory that an array's elements lie in, from the first byte to the last."""
    low, high = np.byte_bounds(array) if array.size else (address(array), address(array))
    memory = np.frombuffer(ctypes.string_at(low, high - low), array.dtype)
    strides = [stride // array.itemsize for stride in array.strides]
    offset = (address(array) - low) // array.itemsize
    return integers(memory.size) + memory.tobytes() + integers(offset, *array.shape, *strides)


def typed_array(array):
    """An array with its type and its number of axes before it."""
    return integers(type_code(array.dtype), array.ndim) + whole_memory(array)


class Answers:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, dtype, count):
        array = np.frombuffer(self.data, dtype, count, self.at)
        self.at += array.nbytes
        return array

    def next_array(self):
        return self.array_of(int(self.take("q", 1)[0]))

    def array_of(self, code):
        letter, itemsize = chr(code & 255), code >> 8
        dtype = np.dtype(f"S{itemsize}") if letter == "S" else np.dtype(letter)
        shape = self.take("q", int(self.take("q", 1)[0]))
        return self.take(dtype, int(np.prod(shape, initial=1))).reshape(shape)

    def text(self):
        return self.take("S1", int(self.take("q", 1)[0])).tobytes().decode()


def same_bits(found, expected):
    """Equal in type, shape and bits, but for NaNs, whose bits say nothing."""
    if found.dtype != expected.dtype or found.shape != expected.shape:
        return False
    if found.dtype.kind == "c":
        return same_bits(found.real, expected.real) and same_bits(found.imag, expected.imag)
    if found.dtype.kind != "f":
        return np.array_equal(found, expected)
    both_nan = np.isnan(found) & np.isnan(expected)
    return bool(np.all(both_nan | ((found == expected) & (np.signbit(found) == np.signbit(expected)))))


def difference(found, expected):
    if found.dtype != expected.dtype or found.shape != expected.shape:
        return f"{found.dtype} {found.shape}, not {expected.dtype} {expected.shape}"
    return f"{found.ravel()[:8]}, not {expected.ravel()[:8]}"
