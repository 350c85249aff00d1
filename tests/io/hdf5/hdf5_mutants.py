#!/usr/bin/env python3
"""Damaged HDF5 files, read by a program that may crash without taking this one with it: every file ends
in data or in an error of ours; so do tools that are given some of them.

    hdf5_mutants.py [--count 300] [--seed 1] [--tools 25] [--keep FOLDER]

Each of `count` mutants is made of a small file of ours or of h5py by flipped bits, overwritten bytes,
cuts and splices; the seed and its number alone decide how. HDF5 itself has faults that crash on some
(the issue trackers know them): these are counted apart, by the library of the innermost call, and do not
fail this test. Neither a crash of ours, nor a hang, nor memory beyond the limit is excused.
"""

import argparse
import collections
import os
import pathlib
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile

import h5py
import numpy as np

PROGRAM = pathlib.Path(os.environ["TESSERA_BIN"]) / "hdf5_reader"
INFO = pathlib.Path(os.environ["TESSERA_BIN"]) / "tessera-info"
SECRET = "the secret text that no file may give away"
MEMORY = 2 << 30  # bytes of address space, of which MPI takes a part
BATCH = 50


def run(files):
    """Runs the program on files; returns its lines, and how it ended."""
    environment = {**os.environ, "TESSERA_SECRET": SECRET}
    done = subprocess.run([PROGRAM, "read", *files], capture_output=True, timeout=2400, check=False, env=environment,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)))
    return done.stdout.decode(errors="replace").splitlines(), done


def write_samples(folder):
    """Small files with all that HDF5 has and h5py writes."""
    subprocess.run([PROGRAM, "write", folder / "ours.h5"], check=True)
    for libver in ("earliest", "latest"):
        with h5py.File(folder / f"plain_{libver}.h5", "w", libver=libver) as file:
            write_plain(file)
        with h5py.File(folder / f"chunked_{libver}.h5", "w", libver=libver) as file:
            write_chunked(file)
        with h5py.File(folder / f"filters_{libver}.h5", "w", libver=libver) as file:
            write_filters(file)
        with h5py.File(folder / f"types_{libver}.h5", "w", libver=libver) as file:
            write_types(file)
    write_others(folder)
    return sorted(folder.glob("*.h5"))


def write_plain(file):
    file["u"] = np.arange(12.0).reshape(3, 4)
    file["group/deep/n"] = np.arange(5, dtype="i4")
    file["u"].attrs["text"] = "metres"
    file["u"].attrs["vector"] = [1.0, 2.0]
    file.attrs["number"] = 7
    file.attrs["texts"] = np.array(["a", "bc"], dtype=h5py.string_dtype())
    file.attrs["fixed"] = np.bytes_("fixed")
    file["soft"] = h5py.SoftLink("/group/deep/n")
    file["group/again"] = file["group"]  # a cycle
    file["empty"] = h5py.Empty("f8")
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(file.id, b"compact", h5py.h5t.NATIVE_UINT8, h5py.h5s.create_simple((16,)), compact)


def write_chunked(file):
    values = np.arange(60, dtype="i4").reshape(6, 10)
    file.create_dataset("chunks", data=values, chunks=(2, 3))
    file.create_dataset("packed", data=values, chunks=(3, 5), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("grows", data=values * 1.0, chunks=(4, 4), maxshape=(None, None))
    file.create_dataset("line", data=np.arange(20, dtype="u1"), chunks=(6,), maxshape=(None,), scaleoffset=0)


def write_filters(file):
    """Those that HDF5 undoes; szip where it is there."""
    values = (np.arange(60, dtype="i4") * 37 % 101).reshape(6, 10)
    file.create_dataset("scaled", data=values, chunks=(3, 5), scaleoffset=0)
    file.create_dataset("decimal", data=values * 0.25, chunks=(3, 5), scaleoffset=2)
    if h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP):
        file.create_dataset("szip", data=values, chunks=(3, 10), compression="szip")
    strings = np.array(["a", "bcd"] * 5, dtype=object)
    file.create_dataset("strings", data=strings, dtype=h5py.string_dtype(), chunks=(4,), compression="gzip")
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((3, 5))
    creation.set_filter(h5py.h5z.FILTER_NBIT, 0, ())
    type_id = h5py.h5t.STD_I32LE.copy()
    type_id.set_precision(9)
    type_id.set_offset(3)
    dataset = h5py.h5d.create(file.id, b"nbit", type_id, h5py.h5s.create_simple(values.shape), creation)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)


def write_types(file):
    file["complex"] = np.arange(3) * (1 + 2j)
    file["bool"] = np.array([True, False])
    file["big"] = np.arange(4, dtype=">i8")
    file["half"] = np.arange(4, dtype="f2")
    file["struct"] = np.zeros(2, dtype=[("a", "f8"), ("b", "i2", (3,)), ("c", "S5")])
    file["strings"] = np.array(["a", "bcd"], dtype=h5py.string_dtype())
    file.create_dataset("sequences", (2,), dtype=h5py.vlen_dtype("i4"))[0] = [1, 2, 3]
    file.attrs["reference"] = file["bool"].ref
    file.attrs["text"] = "größer"
    file.attrs["vector"] = np.arange(3, dtype="i2")


def write_others(folder):
    """Files whose data would be other files'."""
    secret = folder / "secret"
    secret.write_text(SECRET)
    size = len(SECRET)
    with h5py.File(folder / "source.hdf5", "w") as file:
        file["data"] = np.frombuffer(SECRET.encode(), dtype="u1")
    with h5py.File(folder / "external_storage.h5", "w") as file:
        file.create_dataset("data", (size,), "u1", external=[(str(secret), 0, size)])
        file.create_dataset("n", data=np.arange(3))
    with h5py.File(folder / "external_links.h5", "w") as file:
        file["elsewhere"] = h5py.ExternalLink(str(folder / "source.hdf5"), "data")
        file["soft"] = h5py.SoftLink("/elsewhere")
        file.create_group("group")["elsewhere"] = h5py.ExternalLink(str(folder / "source.hdf5"), "/")
    with h5py.File(folder / "virtual.h5", "w", libver="latest") as file:
        layout = h5py.VirtualLayout((size,), "u1")
        layout[:] = h5py.VirtualSource(str(folder / "source.hdf5"), "data", (size,))
        file.create_virtual_dataset("data", layout)


def huge_sizes(folder):
    """Files of few bytes that say they hold terabytes."""
    made = []
    for name, options in (("late", {}), ("chunked", {"chunks": (1 << 20,)})):
        path = folder / f"huge_{name}.h5"
        with h5py.File(path, "w") as file:
            file.create_dataset("data", (1 << 42,), "f8", **options)
        assert path.stat().st_size < 10000
        made.append(path)
    return made


def check_refused(folder):
    """The control cases, undamaged: refused with a reason, and nothing of the other file is there."""
    # h5py reads the secret, so it is there to be given away.
    with h5py.File(folder / "external_storage.h5") as file:
        assert bytes(file["data"][:]).decode() == SECRET
    expected = {"external_storage": "external storage", "external_links": "a link to another file",
                "virtual": "a virtual dataset"}
    paths = [folder / f"{name}.h5" for name in expected]
    huge = huge_sizes(folder)
    lines, done = run(paths + huge)
    assert done.returncode == 0 and "leak" not in lines, (lines, done.stderr)
    outcomes = [line for line in lines if line.startswith(("data ", "error "))]
    for line, text in zip(outcomes, [*expected.values(), "more than a file of", "more than a file of"]):
        assert text in line, (line, text)
    for path in huge:
        path.unlink()


def mutant(rng, samples):
    """A file's bytes, damaged."""
    data = bytearray(rng.choice(samples))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(data))
        kind = rng.choice("bbbbrrvvtsc")
        if kind == "b":
            data[at] ^= 1 << rng.randrange(8)
        elif kind == "r":
            run_length = rng.randrange(1, 17)
            data[at:at + run_length] = rng.randbytes(run_length)
        elif kind == "v":  # numbers that are often wrong: the largest, the smallest, nearly right ones
            width = rng.choice((1, 2, 4, 8))
            value = rng.choice((0, 1, (1 << (8 * width)) - 1, 1 << (8 * width - 1), len(data), at, rng.randrange(256)))
            data[at:at + width] = (value % (1 << (8 * width))).to_bytes(width, "little")
        elif kind == "t":
            del data[rng.randrange(max(1, len(data) // 2), len(data)):]
        elif kind == "s":  # a piece of another file, at the same place
            other = rng.choice(samples)
            end = min(len(other), at + rng.randrange(1, 500))
            data[at:end] = other[at:end]
        else:  # a piece of this file, elsewhere
            start = rng.randrange(len(data))
            data[at:at + 40] = data[start:start + 40]
        if not data:
            break
    return bytes(data)


def crash(done):
    """Whose fault it is, and where: the innermost call that is neither of the C library nor a handler's."""
    calls = [line for line in done.stderr.decode(errors="replace").splitlines() if re.search(r"\[0x", line)]
    for line in calls[1:]:  # the first one is the signal's handler
        library, _, rest = line.partition("(")
        if re.search(r"/libc\.so|/ld-linux|/libm\.so|/libz\.so", library):
            continue
        name = rest.split("+")[0].split(")")[0] or "?"
        return ("hdf5" if "libhdf5" in library else "ours"), name
    return "ours", f"signal {-done.returncode} {done.stderr.decode(errors='replace')[-500:]}"


def blame(batch, counts, keep):
    """Reads the last mutant of a batch, at which a program ended, again and alone; returns the findings. One
    before it may have damaged the program's memory, which then shows here."""
    number, path = batch[-1]
    _, done = run([path])
    if done.returncode == 0:
        _, done = run([p for _, p in batch])
        number = f"{batch[0][0]}-{number}"
    if done.returncode == 0:
        return [("an end that did not come again", number)]
    whose, where = crash(done)
    what = "hang" if done.returncode == 128 + signal.SIGPROF else "crash"
    counts[f"{what} in {whose}: {where}"] += 1
    if keep:
        (pathlib.Path(keep) / f"{what}_{whose}_{number}.h5").write_bytes(path.read_bytes())
    return [] if (what, whose) == ("crash", "hdf5") else [(what, number, where)]


def read_batch(batch, counts, keep):
    """Reads mutants; after one that ends the program, goes on behind it. Returns the findings."""
    findings = []
    while batch:
        lines, done = run([path for _, path in batch])
        started = sum(line.startswith("file ") for line in lines)
        for line in lines:
            counts[line.split(" ")[0]] += line.startswith(("data ", "error "))
            if line == "leak":
                findings.append(("leak", [number for number, _ in batch]))
            if line.startswith("memory ") and int(line.split()[1]) > counts["memory"]:
                counts["memory"] = int(line.split()[1])
        if done.returncode == 0 and started == len(batch):
            return findings
        findings += blame(batch[:max(started, 1)], counts, keep)
        batch = batch[max(started, 1):]
    return findings


def try_tool(batch, every, counts):
    """Gives some mutants to tessera-info, which ends with 0 or 1 and one line of errors at most."""
    findings = []
    for number, path in batch:
        if every == 0 or number % every != 0:
            continue
        done = subprocess.run([INFO, path, "--attributes", "--stats"], capture_output=True, timeout=2400, check=False)
        counts["given to tessera-info"] += 1
        if done.returncode not in (0, 1):
            findings.append(("tessera-info", number, done.returncode, done.stderr.decode(errors="replace")[-300:]))
    return findings


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--seed", type=int, default=int(os.environ.get("TESSERA_TEST_SEED", "1")))
    options.add_argument("--tools", type=int, default=25, help="every how many of them, 0 for none")
    options.add_argument("--keep")
    args = options.parse_args()
    counts, findings = collections.Counter(), []
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        samples = [path.read_bytes() for path in write_samples(folder)]
        check_refused(folder)
        for first in range(0, args.count, BATCH):
            batch = []
            for number in range(first, min(first + BATCH, args.count)):
                path = folder / f"mutant{number}"
                path.write_bytes(mutant(random.Random(f"{args.seed} {number}"), samples))
                batch.append((number, path))
            findings += try_tool(batch, args.tools, counts)
            findings += read_batch(batch, counts, args.keep)
            for _, path in batch:
                path.unlink()
    print(f"seed {args.seed}: {args.count} mutants; memory of the largest program: {counts.pop('memory', 0)} MiB")
    for what, count in sorted(counts.items()):
        if count:
            print(f"  {count} {what}")
    for finding in findings:
        print("FINDING", *finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
