"""Slices, type promotion and exact sums against Python and NumPy."""

import math
import struct
from fractions import Fraction

import numpy as np

from driver import finish, integers, rng, run_cases, run_table

LARGEST = Fraction(2) ** 1024 - Fraction(2) ** 970  # from here on, the nearest double is infinity


def check_slices(failures):
    rows = run_table("slices")
    for row in rows:
        start, stop, step, n, first, count = (None if w == "None" else int(w) for w in row)
        expected = range(n)[start:stop:step]
        same = count == len(expected) and (count == 0 or first == expected[0])
        if not same:
            failures.append(f"range({n})[{start}:{stop}:{step}]: {count} from {first}")
    return len(rows)


def check_promotion(failures):
    rows = run_table("promotion")
    for (letters,) in rows:
        expected = np.promote_types(letters[0], letters[1]).char
        if letters[2] != expected:
            failures.append(f"promotion of {letters[0]} and {letters[1]}: {letters[2]}, not {expected}")
    return len(rows) if len(rows) == 11 * 11 else 0


def random_double(random, lowest, highest):
    value = math.ldexp(random.randrange(1, 2**53), random.randint(lowest, highest) - 53)
    return random.choice([-1.0, 1.0]) * value


def random_doubles(random):
    """Numbers of all exponents, or few exponents with cancellation, or exact halves."""
    kind = random.randrange(4)
    if kind == 0:
        return [random_double(random, -1074, 1024) for _ in range(random.randrange(1, 50))]
    center = random.randint(-1000, 950)
    values = [random_double(random, center, center + 60) for _ in range(random.randrange(1, 2000))]
    if kind == 1:
        values += [-v for v in values[random.randrange(3):]]
        values.append(random_double(random, -1074, center))
        random.shuffle(values)
    if kind == 2:
        one = math.ldexp(1.0, center)
        values = [one, one * random.choice([0.0, 2.0**-52, 2.0**-23]),
                  one * random.choice([2.0**-53, 2.0**-24]),
                  random.choice([-1, 0, 1]) * math.ldexp(1.0, -1074)]
    return values


def rounded(total, largest, convert):
    if abs(total) >= largest:
        return math.copysign(math.inf, total)
    return convert(total)


def to_float32(total):
    """The nearest float32 of a fraction, half-way cases to even."""
    if total == 0:
        return 0.0
    sign = math.copysign(1.0, total)
    exponent = abs(total.numerator).bit_length() - total.denominator.bit_length()
    # Python rounds fractions half to even.
    for unit_exponent in range(max(exponent - 25, -149), exponent + 3):
        unit = Fraction(2) ** unit_exponent
        if abs(round(total / unit)) <= 2**24:
            return math.copysign(float(round(total / unit) * unit), sign)
    return math.copysign(0.0, sign)


def check_sums(random, failures):
    questions, truths = [], []
    for _ in range(400):
        values = random_doubles(random)
        total = sum(map(Fraction, values))
        truths.append((rounded(total, LARGEST + Fraction(2) ** 969, float),
                       rounded(total, Fraction(2) ** 128 - Fraction(2) ** 103, to_float32), values))
        questions += [integers(1, len(values)), struct.pack(f"{len(values)}d", *values)]
    answers = run_cases("sums", questions)
    for k, (double, single, values) in enumerate(truths):
        found = struct.unpack_from("=df", answers, 12 * k)
        if struct.pack("=df", *found) != struct.pack("=df", double, single):
            failures.append(f"sum {found}, not {(double, single)}, of {values[:10]}")
    return len(truths)


def main():
    failures = []
    count = check_slices(failures) + check_promotion(failures) + check_sums(rng, failures)
    finish(count, failures)


main()
