"""What the programs of apps/examples print, whole, on several numbers of ranks; they check their numbers themselves."""

import concurrent.futures
import pathlib
import re
import subprocess

import numpy as np

from programs import BIN, LIMIT, MPIEXEC, ROOT, main

RANKS = (1, 3, 4)


def start(name, ranks, *arguments):
    command = [*MPIEXEC, str(ranks), "--quiet", f"{BIN}/example_{name}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)


def draws(name, n):
    """Arguments: on two numbers of ranks, a picture as well."""
    return ("--picture", f"{name}_{n}.png") if n in (1, 3) else ()


def check_pictures(name):
    drawn = [pathlib.Path(f"{name}_{n}.png").read_bytes() for n in (1, 3)]
    assert drawn[0] == drawn[1] and drawn[0].startswith(b"\x89PNG"), f"{name} draws another picture on 3 ranks"


def prints(name, expected, ranks=RANKS, arguments=lambda name, n: ()):
    """expected: a function of the number of ranks, which gives lines."""
    with concurrent.futures.ThreadPoolExecutor() as pool:  # they wait more than they work
        runs = list(pool.map(lambda n: start(name, n, *arguments(name, n)), ranks))
    for n, done in zip(ranks, runs):
        assert done.returncode == 0 and not done.stderr, f"{name} on {n} ranks: {done.returncode}\n{done.stdout}{done.stderr}"
        lines = "".join(line + "\n" for line in expected(n))
        assert done.stdout == lines, f"{name} on {n} ranks prints\n{done.stdout}, not\n{lines}"


def simulates(name, values, ranks=(1, 3)):
    """It finds its own errors small, prints as many values, the same on all ranks, and draws the same picture."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda n: start(name, n, *draws(name, n)), ranks))
    for n, done in zip(ranks, runs):
        assert done.returncode == 0 and not done.stderr, f"{name} on {n} ranks: {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.stdout == runs[0].stdout, f"{name} on {n} ranks prints\n{done.stdout}, on one\n{runs[0].stdout}"
    numbers = re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?$", runs[0].stdout.replace(",", "\n"), re.MULTILINE)
    assert len(numbers) == values, f"{name}: {values} values were expected in\n{runs[0].stdout}"
    check_pictures(name)


def partner(rank, n):
    """Of pairs of neighbours; the last rank of an odd number has none."""
    return rank ^ 1 if rank ^ 1 < n else None


def test_hello():
    prints("hello", lambda n: [f"rank {r} of {n} says hello" for r in range(n)])


def test_exchange_dictionary():
    got = {False: "nothing", True: "empty (0) rank (1) row (4)"}
    prints("exchange_dictionary", lambda n: [f"rank {r} got {got[partner(r, n) is not None]}" for r in range(n)])


def test_exchange_arrays():
    def line(r, n):
        other = partner(r, n)
        return f"rank {r} got " + ("0 numbers and 0 rows" if other is None else f"100000 numbers and {other + 1} rows")

    prints("exchange_arrays", lambda n: [line(r, n) for r in range(n)])


def test_message_chain():
    prints("message_chain", lambda n: 3 * ["".join(f"{r - 1} " for r in range(n))])


def test_collective_calls():
    def lines(n):
        mine = np.arange(2 * n * n).reshape(n, 2 * n)
        together = np.concatenate([mine[r, : r + 1] for r in range(n)])
        calls = {
            "at first": mine,
            "bcast from rank 0": [mine[0]] * n,
            "scatter from rank 0": mine[0].reshape(n, 2),
            "gatherv to the last rank": [[]] * (n - 1) + [together],
            "alltoall": mine.reshape(n, n, 2).swapaxes(0, 1).reshape(n, 2 * n),
        }
        for title, rows in calls.items():
            yield title
            for rank, row in enumerate(rows):
                yield f"  rank {rank}:" + "".join(f" {x}" for x in row)

    prints("collective_calls", lines)


def test_two_communicators():
    def lines(n):
        halves = [range((n + 1) // 2), range((n + 1) // 2, n)]
        for color, half in enumerate(halves):
            for number, rank in enumerate(half):
                yield f"rank {rank}: rank {number} of {len(half)} in half {color}, sum {sum(half)}"

    prints("two_communicators", lines)


def test_parallel_sum():
    prints("parallel_sum", lambda n: [f"sum {sum(range(100001))}"])


def test_overlap():
    prints("overlap", lambda n: ["mass 1"])


def test_own_operator():
    def lines(n):
        x = 1
        for rank in range(n):
            x = 2 * x + rank
        yield f"1 becomes {x}, the longest is '{'*' * min(n - 1, 2)}'"

    prints("own_operator", lines)


def test_cartesian_grid():
    def lines(n):
        rows, columns = {1: (1, 1), 3: (3, 1), 4: (2, 2), 6: (3, 2)}[n]
        grid = np.pad(np.arange(n).reshape(rows, columns), 1, constant_values=-1)
        name = lambda rank: "-" if rank < 0 else str(rank)
        for i in range(1, rows + 1):
            for j in range(1, columns + 1):
                around = [grid[i - 1, j], grid[i + 1, j], grid[i, j - 1], grid[i, j + 1]]
                up, down, left, right = map(name, around)
                yield f"rank {grid[i, j]} at ({i - 1}, {j - 1}) has {up} and {down} {left} and {right}"

    prints("cartesian_grid", lines, RANKS + (6,))


def test_red_black():
    def lines(n):
        for cells, best in (32, False), (32, True), (64, True), (128, True):
            h, steps, error = 1 / cells, 0, np.array([1.0, 1.0])  # of cells of either colour, times sin sin
            omega = 2 / (1 + np.sin(np.pi * h)) if best else 1.0
            residual = lambda: np.linalg.norm(error - np.cos(np.pi * h) * error[::-1])
            first = residual()
            while residual() > 1e-8 * first or steps % 10:
                for colour in 0, 1:
                    error[colour] += omega * (np.cos(np.pi * h) * error[1 - colour] - error[colour])
                steps += 1
            too_high = (np.pi * h / 2 / np.sin(np.pi * h / 2)) ** 2 - 1
            yield f"{cells:3} x {cells:<3} omega {omega:.4f}: {steps:4} steps, theory {steps:4}, error {too_high:.2e}"

    prints("red_black", lines, (1, 3, 4), draws)
    check_pictures("red_black")


def test_ising():
    simulates("ising", 8)


def test_sod_tube():
    simulates("sod_tube", 2)


def test_lattice_boltzmann():
    simulates("lattice_boltzmann", 1)


def test_cavity():
    simulates("cavity", 3)


def test_task_farm():
    prints("task_farm", lambda n: ["200 tasks are done: 27 takes 111 steps"], (2, 3, 4))
    assert start("task_farm", 1).returncode == 2


def test_exchange_particles():
    prints("exchange_particles", lambda n: ["3000 particles are where they belong"])


def test_shallow_water():
    simulates("shallow_water", 2)


def test_acoustic_waves():
    simulates("acoustic_waves", 3, (1, 2, 3, 7))


def test_gray_scott():
    simulates("gray_scott", 2)


def test_maxwell():
    simulates("maxwell", 2, (1, 3, 4))


def test_elastic_waves():
    simulates("elastic_waves", 6)


def test_all_are_here():
    """A new example needs a test above."""
    names = {path.stem for path in (ROOT / "apps" / "examples").glob("*.cpp")}
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert names <= tests, names - tests


main(globals())
