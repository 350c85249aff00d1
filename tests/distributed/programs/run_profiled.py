"""What TESSERA_PROFILE and TESSERA_TRACE write: profiles of all ranks, and traces by the rules of their format."""

import collections
import json
import os
import subprocess
import tempfile

PROGRAM = os.path.join(os.environ["TESSERA_BIN"], "tessera_profiled")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()


def run(ranks, mode="plain", **environment):
    done = subprocess.run([*MPIEXEC, str(ranks), PROGRAM, mode], capture_output=True, text=True, timeout=240,
                          env={**os.environ, **environment})
    return done


def regions(path):
    with open(path) as lines:
        table = [line.rstrip("\n").split("\t") for line in lines]
    assert table[0] == ["tessera profile of ranks 1"] and table[-1] == ["end"], table
    return {row[1]: row for row in table if row[0] == "region"}, table


def check_profile(path, ranks):
    found, table = regions(path)
    work = found['work "quoted"\\t']
    assert int(work[4]) == ranks and int(work[5]) == ranks, work
    sleep = [float(x) for x in found["sleep"][7:12]]  # least, its rank, mean, most, its rank
    assert sleep[0] >= 5e-3 and sleep[3] >= 5e-3 * ranks and sleep[0] <= sleep[2] <= sleep[3], sleep
    sent = {(int(row[1]), int(row[2])): (int(row[3]), int(row[4])) for row in table if row[0] == "sent"}
    # To the next rank, a cell ten times, and three numbers four times.
    if ranks > 2:
        assert all(sent[rank, (rank + 1) % ranks] == (14, 10 * 8 + 4 * 24) for rank in range(ranks)), sent
        assert all(sent[rank, (rank - 1) % ranks] == (10, 80) for rank in range(ranks)), sent
    whole = [row for row in table if row[0] == "ranks"][0]
    assert int(whole[2]) == ranks and float(whole[7]) >= sleep[3], (whole, sleep)


def test_profile():
    for ranks in (1, 2, 3, 4):
        done = run(ranks, TESSERA_PROFILE="all.prof")
        assert done.returncode == 0 and done.stderr == "", done.stderr
        check_profile("all.prof", ranks)
    assert os.listdir(".") == ["all.prof"], os.listdir(".")
    for mode in ("exits", "nests"):
        done = run(3, mode, TESSERA_PROFILE="other.prof")
        assert done.returncode == 0, done.stderr
        check_profile("other.prof", 3)
    assert run(3, "asks").returncode == 0
    check_profile("asked.prof", 3)
    # What the environment asks for comes first.
    os.remove("asked.prof")
    assert run(2, "asks", TESSERA_PROFILE="other.prof").returncode == 0
    check_profile("other.prof", 2)
    assert not os.path.exists("asked.prof")


def test_table():
    done = run(3, TESSERA_PROFILE="-")
    assert done.returncode == 0 and done.stdout == "", done.stdout
    assert "3 ranks" in done.stderr and "(sleep)" in done.stderr and "windows" in done.stderr, done.stderr


def test_failures():
    # Those that throw together are recorded, too.
    done = run(2, "throws", TESSERA_PROFILE="thrown.prof")
    assert done.returncode == 1 and "as asked" in done.stderr, done.stderr
    check_profile("thrown.prof", 2)
    done = run(2, "one throws", TESSERA_PROFILE="one.prof")
    assert done.returncode == 1 and "as asked" in done.stderr, done.stderr
    done = run(2, TESSERA_PROFILE="missing/all.prof")
    assert done.returncode == 1 and done.stderr.count("missing/all.prof") == 1, done.stderr
    done = run(2, TESSERA_TRACE="missing/all.json")
    assert done.returncode == 1 and done.stderr.count("missing/all.json") == 1, done.stderr
    done = run(2, TESSERA_TRACE="all.json", TESSERA_TRACE_CALLS="many")
    assert done.returncode == 1 and "TESSERA_TRACE_CALLS is 'many'" in done.stderr, done.stderr
    done = run(2, "untraced")
    assert done.returncode == 1 and "no rank has a trace" in done.stderr, done.stderr


def trace(path):
    """The events, after a look at the rules: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU"""
    with open(path) as text:
        events = json.load(text)["traceEvents"]
    for event in events:
        assert event["ph"] in "XsfM" and isinstance(event["pid"], int) and event["name"], event
        if event["ph"] != "M":
            assert isinstance(event["tid"], int) and event["ts"] >= 0, event
        if event["ph"] == "X":
            assert event["dur"] >= 0, event
        if event["ph"] in "sf":
            assert event["id"] and event["cat"], event
        if event["ph"] == "f":
            assert event["bp"] == "e", event
    return events


def nanoseconds(event):
    begin = round(1000 * event["ts"])
    return begin, begin + round(1000 * event["dur"])


def check_nesting(events):
    """On one track, one call lies inside another or beside it."""
    tracks = collections.defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            tracks[event["pid"], event["tid"]].append(nanoseconds(event))
    for spans in tracks.values():
        spans.sort(key=lambda span: (span[0], -span[1]))
        stack = []
        for begin, end in spans:
            while stack and stack[-1] <= begin:
                stack.pop()
            assert not stack or end <= stack[-1], (begin, end, stack)
            stack.append(end)


def test_trace():
    for ranks in (1, 3):
        done = run(ranks, TESSERA_TRACE="all.json", TESSERA_PROFILE="all.prof")
        assert done.returncode == 0 and done.stderr == "", done.stderr
        check_profile("all.prof", ranks)
        events = trace("all.json")
        check_nesting(events)
        names = {event["pid"]: event["args"]["name"] for event in events if event["name"] == "process_name"}
        assert names == {rank: f"rank {rank}" for rank in range(ranks)}, names
        assert sum(event["name"] == "sleep" for event in events) == ranks
        starts = {event["id"]: event for event in events if event["ph"] == "s"}
        ends = {event["id"]: event for event in events if event["ph"] == "f"}
        assert set(starts) == set(ends)
        if ranks == 3:
            assert len(starts) == ranks * (20 + 4), len(starts)
        for key, start in starts.items():
            assert ends[key]["ts"] >= start["ts"], (start, ends[key])  # one machine has one clock
            assert key.split("-")[0] == str(start["pid"]) and key.split("-")[1] == str(ends[key]["pid"]), key


def test_size_is_bounded():
    done = run(2, TESSERA_TRACE="few.json", TESSERA_TRACE_CALLS="10")
    assert done.returncode == 0, done.stderr
    events = trace("few.json")
    calls = collections.Counter(event["pid"] for event in events if event.get("cat") in ("region", "waiting"))
    assert calls == {0: 10, 1: 10}, calls
    messages = collections.Counter(event["pid"] for event in events if event.get("cat") == "message" and event["ph"] == "X")
    assert messages == {0: 10, 1: 10}, messages
    check_arrows(events)
    assert sum(event["name"] == "run" for event in events) == 2  # the latest ones are kept
    # Rank 1 has twice as many ends of messages as the others, and keeps half of those that they keep.
    done = run(3, "chain", TESSERA_TRACE="chain.json", TESSERA_TRACE_CALLS="10")
    assert done.returncode == 0, done.stderr
    events = trace("chain.json")
    ends = collections.Counter(event["pid"] for event in events if event["ph"] in "sf")
    assert ends == {0: 5, 1: 10, 2: 5}, ends
    check_arrows(events)


def check_arrows(events):
    """Each has both ends."""
    starts = sorted(event["id"] for event in events if event["ph"] == "s")
    ends = sorted(event["id"] for event in events if event["ph"] == "f")
    assert starts == ends and starts, (starts, ends)


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                os.chdir(folder)
                test()
                os.chdir("/")
