#!/usr/bin/env python3
"""tessera-heat on many simulated ranks, by SimGrid's MPI in one process; outside CI.

simulate.py [RANKS...]     16, 64 and 128, unless said

Needs a configured build/release with its core library, and Debian's libsimgrid-dev and libhdf5-dev. Each rank has
64 x 64 points. Prints a row of a table for each number of ranks, and fails where one does not end well, or where the
field is not the one that real ranks compute. With 256 ranks and more, the end of a run takes minutes and longer: there,
ranks wait for a reduction in the background, and SimGrid makes of that a message from each rank to each.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = ROOT / "build" / "release"
OBJECTS = ROOT / "build" / "simulated"
HERE = pathlib.Path(__file__).resolve().parent
SMPI = "/usr/include/smpi"
HDF5 = "/usr/include/hdf5/serial"
LIBRARIES = ("-lfmt -llapacke -lopenblas -lhwy_contrib -lhwy -ldw -L/usr/lib/x86_64-linux-gnu/hdf5/serial -lhdf5 -lhdf5_hl "
             "-lpng -lz -lbz2 -llzma -lzip -lxxhash").split()
PARTS = ("tessera_distributed.dir", "tessera_io.dir", "tessera-heat.dir", "tessera_apps_support.dir")
BLOCK = 64  # points along each axis
STEPS = 40


def without(words, *options):
    """Options that are followed by a word."""
    kept, words = [], iter(words)
    for word in words:
        if word in options:
            next(words)
        else:
            kept.append(word)
    return kept


def commands():
    """(command, object) of each source, made from those of the release build."""
    for entry in json.loads((RELEASE / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        if not any(part in entry["command"] for part in PARTS):
            continue
        target = OBJECTS / words[words.index("-o") + 1].replace("/", "_")
        words = without(words[1:], "-o", "-c", "-isystem", "-include")
        words = [w for w in words if w not in ("-Werror", "-O3", "-Winvalid-pch") and not w.startswith("/usr/bin")]
        # CLI11 and SimGrid's macros do not go together, and the tools' own support needs no MPI.
        compiler = ["g++", "-fPIC"] if "apps_support" in str(target) else ["smpicxx", "-fpermissive"]
        yield [*compiler, *words, "-isystem", HDF5, "-isystem", SMPI, "-O1", "-w", "-c", entry["file"], "-o", str(target)], target


def build():
    OBJECTS.mkdir(parents=True, exist_ok=True)
    listed = list(commands())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda c: subprocess.run(c[0], check=True, cwd=RELEASE), listed))
    calls = str(OBJECTS / "simulated_calls.o")
    subprocess.run(["smpicc", "-fPIC", "-c", str(HERE / "simulated_calls.c"), "-o", calls], check=True)
    program = str(OBJECTS / "tessera-heat")
    subprocess.run(["smpicxx", "-Wl,--wrap=nanosleep", "-o", program, *(str(o) for _, o in listed), calls,
                    str(RELEASE / "core" / "libtessera_core.a"), *LIBRARIES], check=True)
    return program


def heat(launcher, program, side):
    arguments = ["--shape", f"{side[0] * BLOCK},{side[1] * BLOCK}", "--steps", str(STEPS)]
    # No memory is shared by simulated ranks, and nobody watches them.
    environment = dict(os.environ, TESSERA_SHARED="0", TESSERA_CHECK="0", TESSERA_WATCH="0", OMPI_ALLOW_RUN_AS_ROOT="1",
                       OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([*launcher, program, *arguments], stdout=said, stderr=subprocess.STDOUT, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        said.seek(0)
        text = said.read()
    if status:
        sys.exit(f"{os.waitstatus_to_exitcode(status)}:\n{text[-2000:]}")
    return re.search(r"^checksum +(\w+)$", text, re.MULTILINE).group(1), used


def platform(folder, ranks):
    hosts = "".join(f"n-{i}\n" for i in range(ranks))
    (folder / "hosts").write_text(hosts)
    (folder / "platform.xml").write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">\n<platform version="4.1">\n'
        f'<cluster id="c" prefix="n-" suffix="" radical="0-{ranks - 1}" speed="10Gf" bw="12.5GBps" lat="1us"/>\n</platform>\n')
    return ["smpirun", "-np", str(ranks), "-platform", str(folder / "platform.xml"), "-hostfile", str(folder / "hosts"),
            "--cfg=smpi/coll-selector:ompi", "--cfg=smpi/allgather:bruck"]


def main(ranks):
    program = build()
    print(f"{'ranks':>6} {'points':>12} {'memory per rank':>16} {'seconds':>8}")
    for n in ranks:
        rows = max(d for d in range(1, int(n**0.5) + 1) if n % d == 0)
        side = (rows, n // rows)
        with tempfile.TemporaryDirectory() as folder:
            found, used = heat(platform(pathlib.Path(folder), n), program, side)
        expected, _ = heat(["mpiexec", "-n", "2", "--oversubscribe"], str(RELEASE / "bin" / "tessera-heat"), side)
        if found != expected:
            sys.exit(f"{n} ranks compute {found}, not {expected}")
        print(f"{n:6} {side[0] * BLOCK:5} x {side[1] * BLOCK:<5} {used.ru_maxrss / n:11.0f} KiB {used.ru_utime:8.1f}", flush=True)


main([int(word) for word in sys.argv[1:]] or [16, 64, 128])
