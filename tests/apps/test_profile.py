"""tessera-profile on a file as profile::save writes it."""

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


def test_bad_input():
    bad = run("profile", write("bad.prof", "tessera profile 1\nregion\tx\n"))
    assert bad.code == 1 and "line 2 has too few fields" in bad.err, bad.err
    missing = run("profile", "missing.prof", ranks=2)
    assert missing.code == 1 and len(missing.err.splitlines()) == 1, missing.err
    for arguments in ([], ["a", "--sort", "size"], ["a", "--callers", "--callees"], ["a", "--limit", "-1"]):
        assert run("profile", *arguments).code == 2, arguments


main(globals())
