"""tessera-profile on a file as profile::save writes it."""

import json
import os

import numpy as np

from programs import main, run, succeed

PROFILE = """tessera profile 1
region\tmain\t/src/heat.cpp\t10\t1\t1\t0.25\t2
region\tstep\t/src/heat.cpp\t20\t100\t100\t1.5\t1.75
region\texchange\t/src/halo.cpp\t5\t200\t100\t0.25\t0.25
calls\t0\t1\t100\t100\t1.5\t1.75
calls\t1\t2\t200\t100\t0.25\t0.25
end
"""


def write(name, text=PROFILE):
    with open(name, "w") as out:
        out.write(text)
    return name


def names(text):
    return [line[line.rindex("(") + 1:-1] for line in text.splitlines() if line.endswith(")")][1:]


def test_tables():
    path = write("a.prof")
    out = succeed("profile", path).out
    assert "301 calls of regions (201 primitive calls) in 2.000 seconds" in out, out
    assert names(out) == ["main", "step", "exchange"], out
    assert "200/100    0.250   0.00125    0.250    0.0025 /src/halo.cpp:5(exchange)" in out, out
    assert names(succeed("profile", path, "--sort", "time", "--limit", 1).out) == ["step"]
    assert " halo.cpp:5(exchange)" in succeed("profile", path, "--strip-dirs").out
    callers = succeed("profile", path, "--callers", "--name", "exch").out
    assert "<-  200/100" in callers and "(step)" in callers and "(main)" not in callers, callers
    assert "->" in succeed("profile", path, "--callees").out


def test_comparison():
    new = write("new.prof", PROFILE.replace("1.5\t1.75", "3\t3.25").replace("exchange", "swap"))
    out = succeed("profile", new, "--compare", write("old.prof")).out
    assert "   3.000    1.500     2.00" in out, out
    assert "(swap)  (new)" in out and "no longer called: /src/halo.cpp:5(exchange)" in out, out


def spread(least, mean, most, rank=1):
    return f"{least}\t0\t{mean}\t{most}\t{rank}"


def of_ranks(seconds, ranks=2):
    """Of a step that takes this long on all ranks but the slowest, which takes twice as long."""
    mean = seconds * (ranks + 1) / ranks
    zero = spread(0, 0, 0, 0)
    return (f"tessera profile of ranks 1\nranks\t0\t{ranks}\t1\t{spread(4, 4, 4)}\n"
            "triad\t1.2e10\n"
            f"memory\tarrays\t{spread(1000, 1500, 2000)}\t{zero}\n"
            f"region\tmain\t/src/heat.cpp\t10\t{ranks}\t{ranks}\t{ranks}\t{spread(1, 1, 1)}\t{spread(4, 4, 4)}\t{zero}\t{zero}"
            "\t0\t0\t0\t0\t4\t3000\t4\t3000\t0\t0\n"
            f"region\tstep\t/src/heat.cpp\t20\t{ranks}\t10\t10\t{spread(seconds, mean, 2 * seconds)}\t"
            f"{spread(seconds, mean, 2 * seconds)}\t{spread(0, 0.5, 1)}\t{spread(0, 1500, 3000)}\t4\t3000\t4\t3000"
            "\t4\t3000\t4\t3000\t0\t6000000000\n"
            "calls\t0\t1\t10\t10\t3\t3\nsent\t0\t1\t3\t2000\nsent\t1\t0\t1\t1000\nend\n")


def test_ranks():
    path = write("ranks.prof", of_ranks(1))
    out = succeed("profile", path).out
    assert "2 ranks, 4.000 seconds each, 12.5 % of them waiting" in out, out
    assert names(out)[0] == "main", out
    row = next(line for line in out.splitlines() if line.endswith("(step)")).split()
    assert row[:8] == ["10", "1.500", "1.000", "(0)", "2.000", "(1)", "1.33", "0.500"], row
    assert row[9:15] == ["4", "3", "kB", "4", "3", "kB"], row
    row = next(line for line in out.splitlines() if line.endswith("(main)")).split()
    assert row[9:15] == ["0", "0", "B", "4", "3", "kB"], row
    # 6 GB in the second of 1.5 that it does not wait.
    assert "a triad moves 12 GB/s" in out and "     6 GB      6 GB/s      50 % /src/heat.cpp:20(step)" in out, out
    env = {**os.environ, "TESSERA_TRIAD": "24"}
    assert "     6 GB      6 GB/s      25 % " in succeed("profile", path, env=env).out
    assert "2 kB (1)" in out, out
    assert names(succeed("profile", path, "--sort", "time", "--limit", 1).out)[0] == "step"
    assert "(main)" in succeed("profile", path, "--callers", "--name", "step").out
    assert "(step)" in succeed("profile", path, "--callees", "--strip-dirs").out


def test_scaling():
    # Twice the ranks: the slowest needs 1.2 instead of 2 seconds, so that a fifth does not scale.
    out = succeed("profile", write("four.prof", of_ranks(0.6, 4)), "--compare", write("two.prof", of_ranks(1))).out
    row = next(line for line in out.splitlines() if line.endswith("(step)")).split()
    assert row[:5] == ["1.200", "2.000", "1.67", "0.83", "0.20"], out


def test_json_and_matrix():
    path = write("ranks.prof", of_ranks(1))
    value = json.loads(succeed("profile", path, "--json").out)
    assert value["ranks"] == 2 and value["regions"][1]["own"]["imbalance"] == 2 / 1.5, value
    assert value["triad"] == 1.2e10 and value["regions"][1]["moved"] == 6e9, value
    assert value["regions"][0]["cumulative_sent"] == {"messages": 4, "bytes": 3000}, value
    assert value["calls"][0]["callee"] == 1 and value["memory"]["arrays"]["now"]["most"] == 2000, value
    assert json.loads(succeed("profile", write("one.prof"), "--json").out)["regions"][1]["calls"] == 100
    assert succeed("profile", path, "--matrix", "m.npy").out == ""
    assert np.array_equal(np.load("m.npy"), [[0, 2000], [1000, 0]])
    succeed("profile", path, "--matrix", "m.png")
    with open("m.png", "rb") as picture:
        assert picture.read(4) == b"\x89PNG"
    wrong = run("profile", path, "--matrix", "m.txt")
    assert wrong.code == 2 and "npy or png" in wrong.err, wrong.err
    assert run("profile", write("one.prof"), "--matrix", "m.npy").code == 2


def test_profiles_of_runs():
    """What the environment makes any program write, the program reads."""
    for ranks in (1, 3):
        succeed("heat", "--shape", "40,50", "--steps", 30, "--quiet", ranks=ranks,
                env={**os.environ, "TESSERA_PROFILE": f"heat{ranks}.prof"})
    out = succeed("profile", "heat3.prof", "--compare", "heat1.prof", "--strip-dirs").out
    assert "3 ranks, before: 1 ranks" in out and "(iterate: steps)" in out, out
    succeed("profile", "heat3.prof", "--matrix", "heat.npy")
    sent = np.load("heat.npy")
    assert sent.shape == (3, 3) and sent[0, 1] > 0 and sent[0, 0] == 0, sent


def test_bad_input():
    bad = run("profile", write("bad.prof", "tessera profile 1\nregion\tx\n"))
    assert bad.code == 1 and "line 2 has too few fields" in bad.err, bad.err
    missing = run("profile", "missing.prof", ranks=2)
    assert missing.code == 1 and len(missing.err.splitlines()) == 1, missing.err
    for arguments in ([], ["a", "--sort", "size"], ["a", "--callers", "--callees"], ["a", "--limit", "-1"]):
        assert run("profile", *arguments).code == 2, arguments


main(globals())
