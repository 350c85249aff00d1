"""The struct of tests/io/support/particle.hpp, and what the tests fill their arrays with."""

import numpy as np

SITE = [("latitude", "f4"), ("sea", "?")]
PARTICLE = np.dtype([("kind", "i1"), ("x", "f8", 3), ("name", "S5"), ("charge", "c8"),
                     ("table", "i2", (3, 2)), ("home", SITE), ("alive", "?")])


def particles(dtype):
    """Every element says where it belongs."""
    k = 10 * np.arange(5)[:, None] + np.arange(7)
    values = np.zeros((5, 7), dtype)
    values["kind"] = k
    values["x"] = k[..., None] + 0.25 * np.arange(3)
    values["name"] = np.char.add("n", k.astype(str)).astype("S5")
    values["charge"] = k - 1j
    values["table"] = (k - 100)[..., None, None]
    values["home"]["latitude"] = 0.5 * k
    values["home"]["sea"] = k % 2 == 0
    values["alive"] = k % 3 == 0
    return values
