"""tessera-sum against math.fsum."""

import math

import numpy as np

from programs import main, run, succeed


def totals(*arguments, ranks=None):
    lines = succeed("sum", *arguments, ranks=ranks).out.splitlines()
    partial = [float(line.split(" sum ")[1]) for line in lines if line.startswith("rank ")]
    counts = [int(line.split(": ")[1].split(" ")[0]) for line in lines if line.startswith("rank ")]
    return partial, counts, float(lines[-1].split(" sum ")[1])


def test_exact_on_any_ranks():
    rng = np.random.default_rng(5)
    values = rng.normal(size=1001) * 10.0 ** rng.integers(-150, 150, 1001)
    np.savetxt("numbers.txt", values)
    expected = math.fsum(values)
    for flags in ([], ["--all-read"]):
        for ranks in (None, 1, 2, 3, 4, 7):
            partial, counts, total = totals("numbers.txt", *flags, ranks=ranks)
            assert total == expected, (flags, ranks, total, expected)
            assert len(partial) == (ranks or 1) and sum(counts) == 1001, (flags, ranks, counts)
    partial, counts, _ = totals("numbers.txt", ranks=3)
    assert partial == [math.fsum(part) for part in np.array_split(values, 3)]


def test_rows_and_columns():
    np.savetxt("matrix.txt", np.arange(12.0).reshape(3, 4))
    for flags in ([], ["--all-read"]):
        assert totals("matrix.txt", *flags, ranks=4)[2] == 66


def test_bad_input():
    for flags in ([], ["--all-read"]):
        for ranks in (None, 3):
            result = run("sum", "missing.txt", *flags, ranks=ranks)
            assert result.code == 1 and "missing.txt" in result.err, result.err
            assert len(result.err.splitlines()) == 1, result.err
    assert run("sum").code == 2


main(globals())
