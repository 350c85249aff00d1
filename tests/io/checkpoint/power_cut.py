#!/usr/bin/env python3
"""What `checkpoint::save` returned from survives a power cut.

    power_cut.py [--cuts 3]

Twice: what a program does to files is noted call by call, and every prefix of it is replayed into folders as a
disk may hold it after a power cut, where only what was synced is sure to be there. And a file system of its own
(ext4 on a loop device) is shut down at random moments, so that only its journal is left; skipped where these cannot
be mounted.
"""

import argparse
import copy
import ctypes
import fcntl
import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ["TESSERA_BIN"])
ROWS = 20
FS_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = ctypes.c_uint32(2)
CLONE_NEWNS = 0x20000


def program(ranks, *arguments):
    return [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), BIN / "checkpoint_loop", *map(str, arguments)]


def restored(folders, rows):
    """What the program restores from each folder, and its warnings."""
    done = subprocess.run([BIN / "checkpoint_loop", "restore", str(rows), *folders], text=True, capture_output=True,
                          check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(folders), done.stdout
    return lines, done.stderr


class Disk:
    """Files as a program sees them, and what of them is on the medium for sure."""

    def __init__(self, root):
        self.root = str(root)
        self.now = {}  # the number of the file that has a name
        self.synced_names = {}
        self.content = {}  # of the file of a number
        self.synced = {}
        self.folders = set()
        self.synced_folders = set()

    def apply(self, event):
        verb, *words = event.split(" ")
        if verb == "folder":
            self.folders.add(words[0])
        elif verb == "open":
            number = len(self.content)
            self.now[words[0]] = number
            self.content[number] = bytearray()
            self.synced[number] = b""
        elif verb == "write":
            data, at, new = self.content[self.now[words[0]]], int(words[1]), bytes.fromhex(words[2])
            data.extend(bytes(max(0, at - len(data))))
            data[at:at + len(new)] = new
        elif verb == "truncate":
            data, size = self.content[self.now[words[0]]], int(words[1])
            del data[size:]
            data.extend(bytes(size - len(data)))
        elif verb == "rename":
            self.now[words[1]] = self.now.pop(words[0])
        elif verb == "remove":
            self.now.pop(words[0], None)
        elif verb == "sync" and words[0] in self.now:
            self.synced[self.now[words[0]]] = bytes(self.content[self.now[words[0]]])
        elif verb == "sync":
            inside = lambda names: {n for n in names if os.path.dirname(n) == words[0]}
            for name in inside(self.synced_names):
                del self.synced_names[name]
            self.synced_names.update({n: self.now[n] for n in inside(self.now)})
            self.synced_folders |= inside(self.folders)
        else:
            raise AssertionError(event)

    def states(self, rng):
        """What a power cut may leave: names and contents, old and new ones in every mixture of these."""
        some = {n: f for n, f in self.now.items() if rng.random() < 0.5}
        some.update({n: f for n, f in self.synced_names.items() if n not in some and rng.random() < 0.5 or n in self.now})
        for names in (self.now, self.synced_names, some):
            for contents in (self.content, self.synced):
                yield {n: bytes(contents[f]) for n, f in names.items()}
        yield {n: bytes(rng.choice((self.content, self.synced))[f]) for n, f in self.now.items()}
        # Nothing of what lies in a folder that is not there.
        if self.folders - self.synced_folders:
            yield {}


def trace(folder, ranks, saves, has_folder, how):
    """What the program does to files while it saves, into a folder that another one made, or that it makes itself."""
    log, run = folder / "trace", folder / "run"
    if has_folder:
        run.mkdir()
    settings = [f"TESSERA_FILE_NOTES={log}", f"TESSERA_NOTED_PATHS={folder}"]
    command = program(ranks, *how.split()[:1], run, saves, ROWS, 2, *how.split()[1:])
    at = command.index(BIN / "checkpoint_loop")
    # The tracer is for the program alone, and not for what starts it.
    subprocess.run(["env", *settings, *command[:at], "env", f"LD_PRELOAD={BIN / 'file_tracer.so'}", *command[at:]],
                   check=True, capture_output=True)
    events = [f"folder {run}"] * has_folder + log.read_text().splitlines()
    assert sum(e.startswith("print saved") for e in events) == saves, events
    assert any(e.startswith("write ") for e in events) and any(e.startswith("rename ") for e in events)
    log.unlink()
    shutil.rmtree(run)
    return events


def replay(folder, ranks, rng, saves=3, has_folder=False, mutilate=lambda events: events, how="save"):
    """Checks every prefix; returns the number of states and those that are wrong."""
    disk, saved, running = Disk(folder / "run"), 0, 0
    seen, expected, folders = set(), [], []
    for event in mutilate(trace(folder, ranks, saves, has_folder, how)):
        if event.startswith("print "):
            saved = max(saved, int(event.split()[2]) if event.startswith("print saved") else 0)
        else:
            disk.apply(event)
        running = saved + 1
        for state in disk.states(rng):
            key = (saved, tuple(sorted((n, hash(c)) for n, c in state.items())))
            if key in seen:
                continue
            seen.add(key)
            target = folder / f"state{len(folders)}"
            target.mkdir()
            for name, content in state.items():
                (target / os.path.basename(name)).write_bytes(content)
            folders.append(target)
            expected.append((saved, running, event[:100]))
    lines, _ = restored(folders, ROWS)
    wrong = [(line, *e) for line, e in zip(lines, expected)
             if line not in (f"restored {e[0]}", f"restored {e[1]}")]
    for target in folders:
        shutil.rmtree(target)
    return len(folders), wrong


def check_replay(folder, rng):
    for ranks, has_folder, how in ((1, True, "save"), (2, False, "save"), (2, True, "start"), (2, True, "start tiles")):
        count, wrong = replay(folder, ranks, rng, has_folder=has_folder, how=how)
        assert not wrong, wrong[:5]
        print(f"{how}, {ranks} ranks: {count} states of the disk, all restored")
    # A control: a program that does not wait for the medium would be found out.
    for forgotten in ("sync ", f"sync {folder}/run\n", f"sync {folder}\n"):
        without = lambda events: [e for e in events if not (e + "\n").startswith(forgotten)]
        assert replay(folder, 1, rng, 2, mutilate=without)[1], f"nobody misses '{forgotten}'"


def check_manifest_fails(folder):
    """No room for the manifest, when the data have their name already: they go again."""
    run = folder / "full"
    subprocess.run(program(1, "save", run, 2, ROWS), check=True, capture_output=True)
    before = sorted((p.name, p.read_bytes()) for p in run.iterdir())
    environment = {**os.environ, "LD_PRELOAD": str(BIN / "file_tracer.so"), "TESSERA_FULL": ".checkpoint."}
    done = subprocess.run([BIN / "checkpoint_loop", "save", run, "1", str(ROWS)], env=environment, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 1 and "No space left on device" in done.stderr, done.stderr
    assert sorted((p.name, p.read_bytes()) for p in run.iterdir()) == before, list(run.iterdir())


class Outsider:
    """A process that stays in the mounts there are when it is started, and copies them when told to."""

    def __init__(self):
        self.process = subprocess.Popen(["sh", "-c", "read line; exec unshare --mount sh -c 'echo copied; exec cat'"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def copy_mounts(self):
        print(file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "copied\n"

    def end(self):
        self.process.communicate()


def use_own_mounts():
    """What is mounted from now on is seen by this process and its children alone. A copy that another one has, as all
    do that call unshare or are started in a network of their own, would keep a file system alive that was unmounted
    here: the next mount would be of that one, still shut down, and not of what is on its device."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, capture_output=True)


class Image:
    """A file system in a file."""

    def __init__(self, folder):
        self.image, self.point = folder / "image", folder / "disk"
        self.point.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["mkfs.ext4", "-q", self.image], check=True, capture_output=True)

    def mount(self):
        return subprocess.run(["mount", "-o", "loop", self.image, self.point], capture_output=True, check=False).returncode == 0

    def has_device(self):
        return bool(subprocess.run(["losetup", "--associated", self.image], capture_output=True, check=True).stdout)

    def unmount(self):
        """Afterwards the device is free, and the next mount reads what is on it."""
        for _ in range(100):
            if os.path.ismount(self.point):
                subprocess.run(["umount", self.point], capture_output=True, check=False)
            if not os.path.ismount(self.point) and not self.has_device():
                return
            time.sleep(0.1)
        raise AssertionError("the file system cannot be unmounted, or is mounted in another place, too")

    def cut_power(self):
        descriptor = os.open(self.point, os.O_RDONLY)
        fcntl.ioctl(descriptor, FS_IOC_SHUTDOWN, NO_LOG_FLUSH)
        os.close(descriptor)


def last_saved(output, last):
    for line in output.splitlines(keepends=True):
        if line.startswith("saved ") and line.endswith("\n"):
            last = int(line.split()[1])
    return last


def described(run):
    """What lies there, to tell what the power cut left: names, sizes, the beginnings of manifests."""
    lines = []
    for path in sorted(run.iterdir()):
        try:
            content = path.read_bytes()
        except OSError as failure:
            lines.append(str(failure))
            continue
        zeros = len(content) - len(content.rstrip(b"\0"))
        lines.append(f"{path.name}: {len(content)} bytes, {zeros} of them zeros at the end, begins with {content[:300]!r}")
    return "\n".join(lines)


def cut_once(image, rng, last):
    """Saves until the power goes; returns the step that must be there."""
    run = subprocess.Popen(program(2, rng.choice(("save", "start")), image.point / "run", 1000000, 300, 2,
                                   rng.choice(("whole", "tiles"))), stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True, start_new_session=True)
    while not run.stdout.readline().startswith("saved"):
        assert run.poll() is None
    time.sleep(rng.random() * 0.3)
    image.cut_power()
    output = run.communicate(timeout=240)[0]  # it fails, as nothing can be written any more
    image.unmount()
    assert image.mount()
    (line,), warnings = restored([image.point / "run"], 300)
    assert line.startswith("restored "), \
        f"{line}; saved: {output.split()[-2:]}\n{warnings}{described(image.point / 'run')}"
    step, saved = int(line.split()[1]), last_saved(output, last + 1)
    assert saved <= step <= saved + 1, f"step {saved} was saved, step {step} restored"
    return step


def check_cuts(folder, rng, cuts):
    outsider = Outsider()
    try:
        use_own_mounts()
        image = Image(folder)
        mounted = image.mount()
    except (OSError, subprocess.CalledProcessError):
        mounted = False
    if not mounted:
        outsider.end()
        print("skipped: an ext4 image cannot be mounted here")
        return
    try:
        outsider.copy_mounts()
        last = 0
        for _ in range(cuts):
            last = cut_once(image, rng, last)
        print(f"{cuts} power cuts, {last} checkpoints, none lost")
    finally:
        image.unmount()
        outsider.end()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--cuts", type=int, default=3)
    seed = int(os.environ.get("TESSERA_TEST_SEED", time.time()))
    print(f"TESSERA_TEST_SEED={seed}", flush=True)
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        check_manifest_fails(folder)
        check_replay(folder, rng)
        check_cuts(folder, rng, options.parse_args().cuts)


if __name__ == "__main__":
    main()
