"""One job on two hosts: two network namespaces that a bridge joins, each with shared memory of its own, talk over TCP.

two_hosts.py [NAME...]   all checks, or those named; exit code 77 where namespaces are not permitted
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

BIN = os.environ["TESSERA_BIN"]
MPIRUN = shlex.split(os.environ["TESSERA_MPIEXEC"])[0]
# One network of its own for each run of this script.
TAG = f"{os.getpid() % 4096:03x}"
NETWORK = f"10.{64 + os.getpid() % 64}.{os.getpid() // 64 % 256}"
BRIDGE = f"tsb{TAG}"
HOSTS = (1, 2)
TO_END = 40.0  # seconds, for what a job has started
START = 240.0
SKIPPED = 77

# Started by mpirun as `agent ADDRESS COMMAND...`, in place of ssh.
AGENT = f"""#!/bin/bash
host=tsh{TAG}-${{1##*.}}; shift
exec ip netns exec "$host" unshare --uts --mount --propagation private /bin/bash -c \\
  'hostname "$0" && mount -t tmpfs tmpfs /dev/shm && exec /bin/sh -c "$*"' "$host" "$@"
"""


def host_name(number):
    return f"tsh{TAG}-{10 + number}"


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def add_host(number):
    name, device = host_name(number), f"tsv{TAG}{number}"
    ip("netns", "add", name)
    ip("link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", name)
    ip("link", "set", device, "master", BRIDGE, "up")
    ip("-n", name, "addr", "add", f"{NETWORK}.{10 + number}/24", "dev", "eth0")
    ip("-n", name, "link", "set", "eth0", "up")
    ip("-n", name, "link", "set", "lo", "up")


def await_network(number):
    """Until the host reaches mpirun's, where nobody listens."""
    for _ in range(20):
        call = ["ip", "netns", "exec", host_name(number), "bash", "-c", f"exec 3<>/dev/tcp/{NETWORK}.1/9"]
        try:
            if "refused" in subprocess.run(call, capture_output=True, text=True, timeout=1).stderr:
                return
        except subprocess.TimeoutExpired:
            pass
        time.sleep(0.1)


class Hosts:
    """As long as it is entered, there are two hosts, and a folder for what mpirun needs."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.agent = os.path.join(self.folder.name, "agent")
        self.hosts = os.path.join(self.folder.name, "hosts")
        with open(self.agent, "w", encoding="utf-8") as file:
            file.write(AGENT)
        os.chmod(self.agent, 0o755)
        with open(self.hosts, "w", encoding="utf-8") as file:
            file.writelines(f"{NETWORK}.{10 + number} slots=2\n" for number in HOSTS)
        try:
            version = subprocess.run([MPIRUN, "--version"], capture_output=True, text=True).stdout
            if not re.search("Open ?(MPI|RTE)", version):
                raise OSError("mpirun is not Open MPI's")
            ip("link", "add", BRIDGE, "type", "bridge")
            ip("addr", "add", f"{NETWORK}.1/24", "dev", BRIDGE)
            ip("link", "set", BRIDGE, "up")
            for number in HOSTS:
                add_host(number)
                await_network(number)
            subprocess.run([self.agent, f"{NETWORK}.11", "true"], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as failure:
            self.__exit__()
            print(f"skipped, two_hosts: {failure}: {getattr(failure, 'stderr', '')}".strip())
            sys.exit(SKIPPED)
        return self

    def __exit__(self, *_):
        for number in HOSTS:
            self.end_all(number)
            subprocess.run(["ip", "netns", "del", host_name(number)], capture_output=True)
        subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)
        self.folder.cleanup()

    @staticmethod
    def processes(number):
        done = subprocess.run(["ip", "netns", "pids", host_name(number)], capture_output=True, text=True)
        return [int(word) for word in done.stdout.split()]

    def end_all(self, number):
        for process in self.processes(number):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def end(self, process):
        """What a job that hangs has said; its daemons hold the other ends of the pipes."""
        for number in HOSTS:
            self.end_all(number)
        process.kill()
        return process.communicate()

    def cut(self, number):
        ip("link", "set", f"tsv{TAG}{number}", "down")

    def mend(self, number):
        ip("link", "set", f"tsv{TAG}{number}", "up")
        await_network(number)

    def command(self, ranks, program):
        """Half of the ranks on each host."""
        return [MPIRUN, "--hostfile", self.hosts, "--mca", "plm", "rsh", "--mca", "plm_rsh_agent", self.agent,
                "--mca", "oob_tcp_if_include", f"{NETWORK}.0/24", "--mca", "btl_tcp_if_include", f"{NETWORK}.0/24",
                "--mca", "btl", "self,vader,tcp", "--mca", "pml", "ob1", "--bind-to", "none", "--oversubscribe",
                "--map-by", "slot", "-x", "TESSERA_CHECK", "-x", "TESSERA_CHECK_SECONDS", "-n", str(ranks), *program]

    def start(self, ranks, program, **environment):
        # A host that is cut off is noticed by mpirun, too: cmake/mpi_env.sh.
        wanted = dict(os.environ, TESSERA_CHECK="0", TESSERA_CHECK_SECONDS="1", OMPI_MCA_oob_tcp_keepalive_time="3",
                      OMPI_MCA_oob_tcp_keepalive_intvl="1", OMPI_MCA_oob_tcp_keepalive_probes="3")
        wanted.update(environment)
        return subprocess.Popen(self.command(ranks, program), env=wanted, text=True, cwd=self.folder.name,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, ranks, program, **environment):
        """Exit code, and what was said on both streams."""
        process = self.start(ranks, program, **environment)
        try:
            out, err = process.communicate(timeout=START)
        except subprocess.TimeoutExpired:
            return None, *self.end(process)
        return process.returncode, out, err


def program(name, *arguments):
    return [os.path.join(BIN, name), *arguments]


def check_succeeds(hosts):
    code, out, err = hosts.run(4, program("tessera_run_modes", "succeed"))
    assert (code, out) == (0, "sum 4\n"), (code, out, err)


def check_tests(hosts):
    """Halos, copies, messages and grids between hosts."""
    only = "--gtest_filter=halo.*:gather_scatter.*:redistribution.*:host_links.*:grid_by_nodes.*:least_traffic.*"
    code, out, err = hosts.run(3, program("distributed_tests", only))
    assert code == 0, (code, out[-2000:], err[-2000:])


def check_one_sided(hosts):
    """By windows of MPI, over TCP."""
    code, out, err = hosts.run(4, program("tessera_run_modes", "count_one_sidedly"))
    assert (code, out) == (0, "600\n"), (code, out, err)


def mistake(hosts, name):
    code, out, err = hosts.run(4, program("tessera_mistakes", name, "3"), TESSERA_CHECK="1")
    messages = [line for line in err.splitlines() if line.startswith("tessera_mistakes: ")]
    assert code == 1, (code, out, err)
    assert len(messages) == 1, (out, err)
    return messages[0]


def check_skipped(hosts):
    """Two ranks are on each host: the report names those of both."""
    told = mistake(hosts, "skip_sum")
    assert re.search(r"ranks 0-2: sum at \w+\.cpp:\d+; rank 3: returned 0;", told), told


def check_computing(hosts):
    told = mistake(hosts, "computes")
    assert re.search(r"ranks 0-2: sum at \w+\.cpp:\d+; rank 3: computes at \w+\.cpp:\d+;", told), told


def check_circle(hosts):
    """Ranks that wait for messages alone."""
    told = mistake(hosts, "circle")
    assert "a circle of ranks that wait for each other: 0 for 1 for 2 for 3 for 0" in told, told


def check_disagreement(hosts):
    told = mistake(hosts, "order")
    assert re.search(r"ranks 0-2: .*; rank 3: ", told), told


def check_slow(hosts):
    """No false report."""
    for name in ("slow_in_a_call", "slow_sender", "late", "no_mistake"):
        code, out, err = hosts.run(4, program("tessera_mistakes", name, "3"), TESSERA_CHECK="1")
        assert code == 0 and "tessera_mistakes: " not in err, (name, code, out, err)


class NotStarted(Exception):
    """mpirun does not always get its daemons started after a cut."""


def cut_off(hosts, number, **environment):
    """What is said when a host is cut off while ranks wait for one that sleeps. mpirun waits for minutes where something
    that it has sent was not confirmed when the host went: that is tried again."""
    for last in (False, True):
        try:
            return cut_off_once(hosts, number, **environment)
        except subprocess.TimeoutExpired:
            if last:
                raise


def cut_off_once(hosts, number, **environment):
    process = begun(hosts, **environment)
    try:
        time.sleep(1.5)  # for what mpirun has sent to be confirmed
        hosts.cut(number)
        start = time.monotonic()
        try:
            err = process.communicate(timeout=START)[1]
        except subprocess.TimeoutExpired:
            print("it hangs:", hosts.end(process)[1], flush=True)
            raise
        seconds = time.monotonic() - start
        assert process.returncode != 0 and seconds < TO_END + 5, (process.returncode, seconds, err)
        deadline = time.monotonic() + TO_END
        while (left := hosts.processes(1) + hosts.processes(2)) and time.monotonic() < deadline:
            time.sleep(0.1)
        print(f"ended {seconds:.1f} s after the cut")
        return err, left
    finally:
        hosts.mend(number)


def begun(hosts, **environment):
    """A job whose ranks have begun."""
    for _ in range(3):
        process = hosts.start(4, program("tessera_mistakes", "computes", "3"), TESSERA_CHECK_SECONDS="100", **environment)
        if process.stdout.readline() == "begins\n":
            return process
        hosts.end(process)
    raise NotStarted


def check_cut(hosts):
    """The host of ranks 2 and 3."""
    err, left = cut_off(hosts, 2, TESSERA_CHECK="1")
    wanted = rf"tessera_mistakes: host {host_name(2)} \(ranks 2, 3\) "
    assert re.search(wanted, err) and not left, (err, left)


def check_cut_first(hosts):
    """That of rank 0: who is left says so."""
    err, left = cut_off(hosts, 1, TESSERA_CHECK="1")
    wanted = rf"tessera_mistakes: host {host_name(1)} \(ranks 0, 1\) "
    assert re.search(wanted, err) and not left, (err, left)


def check_cut_unchecked(hosts):
    """By what cmake/mpi_env.sh tells mpirun, which says of it what it takes for the reason."""
    err, _ = cut_off(hosts, 2)
    assert err, "nothing is said"


def main(names):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # with what stands at the end of `with`
    checks = {name.removeprefix("check_"): check for name, check in globals().items() if name.startswith("check_")}
    with Hosts() as hosts:
        for name, check in checks.items():
            if names and name not in names:
                continue
            start = time.monotonic()
            try:
                check(hosts)
            except NotStarted as failure:
                print(f"{name}: not tried: {failure.__doc__}")
            print(f"{name} {time.monotonic() - start:.1f} s", flush=True)


main(sys.argv[1:])
