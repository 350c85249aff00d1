#!/usr/bin/env python3
"""Complex numbers in text against NumPy: which spellings are read, and as what; the bytes that savetxt writes."""

import io
import pathlib
import sys
import warnings

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "driver"))
import driver  # noqa: E402

SPELLINGS = ["1", "-1.5", "+2", "1j", "-2.5j", "+3e2j", "1+2j", "1-2j", "(1+2j)", "(1-2j)", "(1)", "(3j)", "1.5e+3-2.5e-3j", "nan+nanj",
             "(nan+infj)", "inf-infj", "-inf+0j", "1e400+1e-400j", "0-0j", "-0+0j", "(-0-0j)", "1+-2j", "(1+-2j)", "1e5j", ".5+.25j",
             # none
             "1+2", "(1+2)", "(1+2j", "1+2j)", "j", "1j2", "1+j", "(", "()", "1+2i", "1+2J", "1--2j", "1-+2j", "1++2j", "1+2jj", "i",
             "1 +2j", "((1+2j))", "1+2j3", "0x1+2j", "1+2k", "(1+2j)x"]


def loaded(text, dtype):
    """What NumPy makes of it; None where it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return np.loadtxt(io.StringIO(text), dtype=dtype, delimiter=",", ndmin=2)
    except (ValueError, UserWarning, DeprecationWarning):
        return None


def load_command(path, out, dtype, mode="rows", ndim="2", delimiter=","):
    return ["loadtxt", mode, path, out, dtype, ndim, "#", delimiter, 0, "", -1, 0, "", "", ""]


def check_spellings(folder, ranks):
    for dtype in ("c16", "c8"):
        commands, expected = [], []
        for k, spelling in enumerate(SPELLINGS):
            text = f"0,{spelling}\n{spelling},1j\n"
            path = folder / f"{k}.txt"
            path.write_text(text)
            out = folder / f"{k}.npy"
            out.unlink(missing_ok=True)
            commands.append(load_command(path, out, dtype))
            expected.append((spelling, loaded(text, dtype), out))
        for result, (spelling, wanted, out) in zip(driver.run(commands, ranks, folder), expected):
            if wanted is None:
                assert result != "ok" and "is not a number" in result, (spelling, result)
            else:
                assert result == "ok", (spelling, result)
                assert np.load(out).tobytes() == wanted.tobytes(), (spelling, np.load(out), wanted)


def check_written(folder, ranks):
    rng = np.random.default_rng(5)
    special = np.array([[1 - 2j, complex(-0.0, -0.0)], [complex(np.nan, np.inf), complex(np.inf, -np.inf)], [1e300 - 1e-300j, 3]])
    random = rng.normal(size=(40, 3)) + 1j * rng.normal(size=(40, 3))
    cases = [(array, fmt, delimiter) for array in (special, random, random[:, 0]) for fmt, delimiter in
             ((["%.18e"], " "), (["%10.3f"], ","), (["%g"], "; "), (["%+.3e"], ";"))]
    cases += [(random, ["%.3f|%.2e", "%g%+gi", "%d : %.1f"], ", "), (special[:1], ["%.1f %.1f %.1f %.1f"], "!")]
    commands, expected = [], []
    for dtype in ("c16", "c8"):
        for array, fmt, delimiter in cases:
            with np.errstate(over="ignore"):
                array = array.astype(dtype)
            k = len(commands)
            np.save(folder / f"w{k}.npy", array)
            wanted = io.StringIO()
            np.savetxt(wanted, array, fmt=fmt if len(fmt) > 1 else fmt[0], delimiter=delimiter)
            out = folder / f"w{k}.txt"
            commands.append(["savetxt", "rows", folder / f"w{k}.npy", out, "\n".join(fmt) + "\n", delimiter, "\n", "", "", "# "])
            expected.append((wanted.getvalue(), out))
    for command, result, (wanted, out) in zip(commands, driver.run(commands, ranks, folder), expected):
        assert result == "ok", (command, result)
        assert out.read_text() == wanted, (command, out.read_text()[:300], wanted[:300])
    # And back, with blanks between numbers.
    back = driver.run([load_command(folder / "w0.txt", folder / "back.npy", "c16", mode, "2", "") for mode in driver.MODES], ranks, folder)
    assert back == ["ok"] * 3, back
    assert np.load(folder / "back.npy").tobytes() == special.tobytes()


def main():
    with driver.scratch() as name:
        folder = pathlib.Path(name)
        for ranks in (1, 3):
            check_spellings(folder, ranks)
            check_written(folder, ranks)
    print("NumPy's complex numbers and ours agree")


if __name__ == "__main__":
    sys.exit(main())
