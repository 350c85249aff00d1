"""Programs that read what libraries may not survive say so when one crashes, and end with their readers."""

import os
import signal
import subprocess
import time

import numpy as np

from programs import BIN, main


def large():
    """Zeros that take seconds to read and no room."""
    if not os.path.exists("large.npy"):
        with open("large.npy", "wb") as file:
            np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (2**31,)})
            file.truncate(file.tell() + 2**34)


def holds_open(pid, name):
    folder = f"/proc/{pid}/fd"
    for number in os.listdir(folder):
        try:
            if os.readlink(os.path.join(folder, number)).endswith(name):
                return True
        except FileNotFoundError:
            pass  # closed meanwhile
    return False


def reader_of(process):
    """The process that reads, once it has begun."""
    path = f"/proc/{process.pid}/task/{process.pid}/children"
    while True:
        for child in open(path).read().split():
            if holds_open(child, "large.npy"):
                time.sleep(0.1)
                return int(child)
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def start(*arguments):
    large()
    command = [os.path.join(BIN, "tessera-" + arguments[0]), *arguments[1:]]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def is_running(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


COMMANDS = (("info", "large.npy", "--stats"), ("savetxt", "large.npy", "/dev/null"))


def test_crashes_are_errors():
    for command, numbers in zip(COMMANDS, ((signal.SIGSEGV, signal.SIGABRT), (signal.SIGBUS,))):
        for number in numbers:
            process = start(*command)
            os.kill(reader_of(process), number)
            _, err = process.communicate()
            assert process.returncode == 1, (command, process.returncode, err)
            lines = err.splitlines()
            assert len(lines) == 1 and "'large.npy': reading crashed" in lines[0], err


def test_signals_end_both():
    for command, numbers in zip(COMMANDS, ((signal.SIGTERM, signal.SIGINT), (signal.SIGTERM,))):
        for number in numbers:
            process = start(*command)
            reader = reader_of(process)
            process.send_signal(number)
            process.communicate()
            assert process.returncode in (-number, 128 + number), (command, process.returncode)
            assert not is_running(reader)


def test_readers_do_not_outlive_their_programs():
    process = start(*COMMANDS[0])
    reader = reader_of(process)
    process.kill()
    process.communicate()
    for _ in range(100):
        if not is_running(reader):
            return
        time.sleep(0.05)
    raise AssertionError("it goes on reading")


main(globals())
