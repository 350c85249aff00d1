"""tessera-heat: runs that a signal asks to end save what they have, end with 0, and go on as if they had not been cut."""

import glob
import os
import re
import shutil
import signal
import subprocess
import time

import h5py

from programs import BIN, LIMIT, MPIEXEC, main, succeed

LONG = ["--shape", "301,203", "--steps", 30000, "--every", 2600, "--output", "out.h5", "--boundary", "reflecting"]
SAVED = ["--checkpoint", "run", "--checkpoint-every", 650, "--restart"]
# 650 has the divisor 50, at which signals are looked for.
STOPPED = re.compile(r"^tessera-heat: a signal ended the run after step (\d+) of 30000; --restart goes on from there$", re.MULTILINE)


def content(path):
    with h5py.File(path) as file:
        return {name: data[...].tobytes() for name, data in file.items()}


def wait_for(pattern, job):
    start = time.monotonic()
    while not glob.glob(pattern):
        if job.poll() is not None or time.monotonic() > start + LIMIT:
            job.kill()
            raise AssertionError(f"{pattern} has not come: {job.communicate()}")
        time.sleep(0.01)


def ranks_here():
    found = []
    for path in glob.glob("/proc/[0-9]*"):
        try:
            if os.readlink(f"{path}/exe").endswith("/tessera-heat") and os.readlink(f"{path}/cwd") == os.getcwd():
                found.append(int(path.split("/")[2]))
        except OSError:
            continue
    return sorted(found)


def stopped(ranks, number, whom, arguments, pattern):
    """Starts a run, waits for a file, sends a signal; returns what was said on stderr, and where it was."""
    command = [os.path.join(BIN, "tessera-heat"), *map(str, arguments)]
    if ranks is not None:
        command = [*MPIEXEC, str(ranks), "--quiet", *command]
    job = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(pattern, job)
    os.kill(job.pid if whom == "job" else ranks_here()[whom], number)
    out, err = job.communicate(timeout=LIMIT)
    assert job.returncode == 0, (job.returncode, out, err)
    assert not glob.glob(".*.tmp") and not glob.glob("run/.*.tmp"), os.listdir(".")
    return out, err


def forget():
    shutil.rmtree("run", ignore_errors=True)
    for path in glob.glob("out.*"):
        os.remove(path)


def test_stopped_runs_end_as_others():
    checksum = succeed("heat", *LONG).value("checksum")
    expected = content("out.h5")
    for cuts in ([(2, signal.SIGUSR1, "job"), (None, signal.SIGTERM, 0)], [(3, signal.SIGTERM, 1)], [(2, signal.SIGINT, 0)]):
        forget()
        before = 0
        for ranks, number, whom in cuts:
            newest = max(glob.glob("run/*.checkpoint"), default="run/000000.checkpoint")
            out, err = stopped(ranks, number, whom, [*LONG, *SAVED], f"run/{int(newest[4:10]) + 1:06}.checkpoint")
            said = STOPPED.search(err)
            assert said, (out, err)
            step = int(said.group(1))
            assert before < step < 30000 and step % 50 == 0, (before, step)
            assert f"taken        {step} steps" in out, out
            with h5py.File("out.h5") as file:
                assert file["temperature"].attrs["steps"] == step
            before = step
        result = succeed("heat", *LONG, *SAVED, ranks=2)
        assert f"step {before} in" in result.value("restart"), (before, result.out)
        assert result.value("checksum") == checksum
        assert content("out.h5") == expected


def test_without_checkpoints():
    """What there is of it is written."""
    out, err = stopped(2, signal.SIGUSR2, "job", ["--shape", "301,203", "--steps", 10000000, "--output", "out.h5", "--image", "out.png",
                                                  "--image-every", 640], "out_*.png")
    step = int(re.search(r"ended the run after step (\d+) of 10000000; with --checkpoint it could go on", err).group(1))
    with h5py.File("out.h5") as file:
        found = file["temperature"][...].tobytes()
        assert file["temperature"].attrs["steps"] == step
    succeed("heat", "--shape", "301,203", "--steps", step, "--output", "other.h5")
    with h5py.File("other.h5") as file:
        assert file["temperature"][...].tobytes() == found


main(globals())
