"""tessera-heat: runs that are killed and started again end as one that was not."""

import glob
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import h5py
import numpy as np

from programs import BIN, LIMIT, MPIEXEC, flip, main, refused, run, succeed

for room in ("vtkhdf", "xdmf"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "io" / room))
import vtkhdf_check  # noqa: E402
import xdmf_check  # noqa: E402

SEED = int(os.environ.get("TESSERA_TEST_SEED", time.time()))
FRAMES = ["--shape", "61,83", "--steps", 2600, "--every", 130, "--output", "out.h5", "--xdmf", "out.xmf",
          "--vtkhdf", "out.vtkhdf", "--boundary", "reflecting"]
TOLERANCE = ["--shape", "22,19,24", "--steps", 100000, "--tolerance", 1e-6, "--every", 300, "--output", "out.h5",
             "--boundary", "reflecting"]
SAVED = ["--checkpoint", "run", "--checkpoint-every"]


def content(path):
    """All that is in an HDF5 file."""
    with h5py.File(path) as file:
        return {name: (data[...], sorted((key, np.asarray(value).tolist()) for key, value in data.attrs.items()
                                        if key not in ("DIMENSION_LIST", "REFERENCE_LIST")))
                for name, data in file.items()}


def same_series(path, frames, every, dt):
    """The file of --vtkhdf has these frames."""
    points, origin, spacing, steps = vtkhdf_check.read(path)
    assert (points, origin, spacing) == ([1, *frames.shape[1:]], (0, 0, 0), (0.01, 0.01, 0.01)), (points, origin, spacing)
    assert list(steps) == [dt * (every * k) for k in range(len(frames))], list(steps)
    for step, frame in zip(steps.values(), frames):
        assert step.keys() == {("PointData", "temperature")} and step["PointData", "temperature"].tobytes() == frame.tobytes()


def same(found, expected):
    assert found.keys() == expected.keys(), (found.keys(), expected.keys())
    for name in expected:
        assert found[name][0].shape == expected[name][0].shape, (name, found[name][0].shape)
        assert found[name][0].tobytes() == expected[name][0].tobytes() and found[name][1] == expected[name][1], name


def forget():
    shutil.rmtree("run", ignore_errors=True)
    for path in glob.glob("out.*") + glob.glob(".out.*"):
        os.remove(path)


def reference(arguments):
    forget()
    result = succeed("heat", *arguments)
    return result.value("checksum"), content("out.h5")


def ranks_of(process):
    """The processes of a run: children of mpiexec, or the program itself."""
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            words = open(path).read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[1]) == process.pid:
            found.append(int(path.split("/")[2]))
    return found or [process.pid]


def start_and_kill(arguments, ranks, seconds):
    """Kills one rank or all after a while; returns what was printed, and whether it came to its end."""
    command = [os.path.join(BIN, "tessera-heat"), *map(str, arguments)]
    if ranks > 1:
        command = [*MPIEXEC, str(ranks), "--quiet", *command]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pids = ranks_of(process)
        for pid in pids if random.random() < 0.5 else [random.choice(pids)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
    try:
        out, err = process.communicate(timeout=240)
    except subprocess.TimeoutExpired:
        # mpiexec of Open MPI 4.1.4 may wait for itself (PMIx_server_finalize) where a rank dies while it starts.
        for pid in [*ranks_of(process), process.pid]:
            os.kill(pid, signal.SIGKILL)
        out, err = process.communicate()
    return process.returncode == 0, out, err


def killed_run(arguments, every, kills):
    """Runs, killed some times, to the end; returns the result of the last start, and how many were killed."""
    forget()
    killed = 0
    while killed < kills:
        block = random.choice([[], ["--time-block", random.choice([1, 3])]])
        ended, _, err = start_and_kill([*arguments, *SAVED, every, "--restart", *block], random.choice([1, 2, 3]),
                                       random.uniform(0.1, 1.0))
        assert "damaged" not in err, err
        killed += not ended
        if ended:
            break
    return succeed("heat", *arguments, *SAVED, every, "--restart", ranks=random.choice([2, 3])), killed


def test_killed_runs_end_as_others():
    print(f"TESSERA_TEST_SEED={SEED}")
    random.seed(SEED)
    for arguments, every, trials in [(FRAMES, 65, 2), (TOLERANCE, 200, 1)]:
        checksum, expected = reference(arguments)
        for _ in range(trials):
            result, killed = killed_run(arguments, every, 3)
            print(f"killed {killed} times, then {result.value('restart')}")
            assert result.value("checksum") == checksum
            same(content("out.h5"), expected)
            if "--vtkhdf" in arguments:
                same_series("out.vtkhdf", expected["frames"][0], 130, dict(expected["frames"][1])["dt"])


def test_checkpoints_change_nothing():
    """Also an older generation, with a file of frames that is newer."""
    checksum, expected = reference(FRAMES)
    with h5py.File("out.h5") as file:
        assert file["frames"].maxshape == (None, 61, 83) and list(file["time"][:2] / file["frames"].attrs["dt"]) == [0, 130]
    grid = (1, 61, 83), (0, 0, 0), (0.01, 0.01, 0.01)
    frames, dt = expected["frames"][0], dict(expected["frames"][1])["dt"]
    steps = [(dt * (130 * k), *grid, {"temperature": ("Node", frame)}) for k, frame in enumerate(frames)]
    xdmf_check.check(pathlib.Path("out.xmf"), steps)
    same_series("out.vtkhdf", expected["frames"][0], 130, dt)
    forget()
    begun = succeed("heat", *FRAMES, *SAVED, 600, "--restart", ranks=3)
    assert "from the beginning" in begun.value("restart") and begun.value("checksum") == checksum
    same(content("out.h5"), expected)
    assert sorted(os.listdir("run")) == sorted(f"{k:06}.{end}" for k in (4, 5) for end in ("checkpoint", "h5"))
    ended = succeed("heat", *FRAMES, *SAVED, 600, "--restart", ranks=2)
    assert "step 2600" in ended.value("restart") and ended.value("checksum") == checksum
    same(content("out.h5"), expected)
    os.remove("run/000005.checkpoint")
    again = succeed("heat", *FRAMES, *SAVED, 600, "--restart", ranks=2)
    assert "step 2400" in again.value("restart") and again.value("checksum") == checksum
    same(content("out.h5"), expected)
    xdmf_check.check(pathlib.Path("out.xmf"), steps)
    same_series("out.vtkhdf", expected["frames"][0], 130, dt)


def test_damage():
    arguments = ["--shape", "30,40", "--steps", 300, "--checkpoint", "harm", "--checkpoint-every", 100]
    checksum = succeed("heat", "--shape", "30,40", "--steps", 300).value("checksum")
    succeed("heat", *arguments, ranks=2)
    newest, older = sorted(glob.glob("harm/*.h5"))[::-1]
    flip(newest, os.path.getsize(newest) // 2)
    result = succeed("heat", *arguments, "--restart", ranks=3)
    assert newest in result.err and "the one before it is tried" in result.err, result.err
    assert "step 200" in result.value("restart") and result.value("checksum") == checksum
    for path in glob.glob("harm/*.h5"):
        flip(path, 3000)
    refused(1, "is whole", "heat", *arguments, "--restart", lines=3)


def test_bad_use():
    refused(2, "--checkpoint-every saves to --checkpoint", "heat", "--checkpoint-every", 5)
    refused(2, "--restart goes on from --checkpoint", "heat", "--restart")
    refused(2, "greater than zero", "heat", "--checkpoint", "none", "--checkpoint-every", 0)
    refused(2, "greater than zero", "heat", "--checkpoint", "none", "--checkpoint-every", -3)
    refused(2, "names no folder", "heat", "--checkpoint", "")
    refused(2, "--xdmf points to", "heat", "--xdmf", "x.xmf")
    refused(2, "same file", "heat", "--xdmf", "x.h5", "--output", "x.h5")
    refused(2, "are the same", "heat", "--vtkhdf", "x.h5", "--output", "x.h5")
    refused(1, "absent/x.vtkhdf", "heat", "--vtkhdf", "absent/x.vtkhdf")
    refused(1, "at least 2 points along each axis", "heat", "--vtkhdf", "x.vtkhdf", "--shape", "1,9")
    refused(1, "absent/x.xmf", "heat", "--xdmf", "absent/x.xmf", "--output", "x.h5")
    assert not os.path.exists("none") and not os.path.exists("x.h5")
    open("file", "w").close()
    refused(1, "file", "heat", "--checkpoint", "file")


def test_other_parameters():
    kept = ["--checkpoint", "kept"]
    frames = ["--every", 10, "--output", "kept.h5"]
    succeed("heat", "--shape", "30,40", "--steps", 20, *kept, *frames, "--vtkhdf", "kept.vtkhdf")
    refused(2, "holds checkpoints of a run", "heat", "--shape", "30,40", *kept)
    kept += ["--restart"]
    arguments = ["--shape", "30,40", *kept]
    refused(2, "--dt is 1e-05, but the checkpoint of step 20 in 'kept' was made with 5e-05", "heat", *arguments, "--dt", "1e-5",
            ranks=(None, 2))
    refused(2, "--diffusivity is 0.25, but", "heat", *arguments, "--diffusivity", 0.25)
    refused(2, "--spacing is 0.01,0.02, but", "heat", *arguments, "--spacing", "0.01,0.02")
    refused(2, "--boundary is periodic, but the checkpoint of step 20 in 'kept' was made with fixed", "heat", *arguments,
            "--boundary", "periodic")
    refused(2, "--steps is 10, but the checkpoint in 'kept' is of step 20", "heat", *arguments, "--steps", 10)
    refused(2, "--every is 5, but the frames in 'kept.h5' are 10 steps apart", "heat", *arguments, "--output", "kept.h5", "--every", 5)
    refused(1, "(30, 40)", "heat", "--shape", "30,41", *kept)
    refused(1, "missing.h5", "heat", *arguments, "--every", 10, "--output", "missing.h5")
    with h5py.File("other.h5", "w") as file:
        file["x"] = [1]
    refused(1, "no dataset 'frames'", "heat", *arguments, "--every", 10, "--output", "other.h5")
    refused(2, "--every is 5, but the frames in 'kept.vtkhdf' are at other times", "heat", *arguments, "--vtkhdf", "kept.vtkhdf",
            "--every", 5)
    succeed("heat", "--shape", "30,40", "--steps", 10, "--vtkhdf", "short.vtkhdf", "--every", 10)
    refused(1, "it has 2 steps, not the 3 until step 20", "heat", *arguments, "--vtkhdf", "short.vtkhdf", "--every", 10)
    refused(1, "no group 'VTKHDF'", "heat", *arguments, "--every", 10, "--vtkhdf", "other.h5")
    # The field of the end is a step of its own, until the run goes on.
    for steps in (35, 40):
        succeed("heat", *arguments, *frames, "--vtkhdf", "kept.vtkhdf", "--steps", steps)
        found = vtkhdf_check.read("kept.vtkhdf")[3]
        assert len(found) == 5 and list(found)[-1] == 5e-05 * steps, list(found)
    same_series("kept.vtkhdf", content("kept.h5")["frames"][0], 10, 5e-05)


def test_profile():
    done = succeed("heat", "--shape", "30,40", "--steps", 20, "--every", 1, "--output", "p.h5", "--checkpoint", "p",
                   "--profile", "--json", ranks=3)
    assert json.loads(done.out)["ranks"] == 3, done.out  # the table is on stderr
    table = done.err.split("filename")[1].split("memory")[0].splitlines()[1:]
    rows = {line.rsplit("(", 1)[-1].rstrip(")") if line.endswith(")") else line.split()[-1]: line.split() for line in table if line}
    for name in ("initial field", "iterate: steps", "iterate: exchange", "output", "checkpoint", "run"):
        calls, mean, least, _, most = rows[name][:5]
        assert float(least) <= float(mean) <= float(most), rows[name]
    assert "3 ranks" in done.err and "windows" in done.err, done.err
    assert succeed("heat", "--shape", "9,9", "--quiet").out == ""


main(globals())
