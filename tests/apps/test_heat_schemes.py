"""tessera-heat's implicit schemes and the steady state, against dense matrices in NumPy."""

import h5py
import numpy as np

from programs import main, refused, succeed


def laplacian(shape, spacing, boundary):
    """Second differences as a matrix; with fixed borders, nothing happens to the outermost points."""
    size = int(np.prod(shape))
    matrix = np.zeros((size, size))
    number = np.arange(size).reshape(shape)
    for at in np.ndindex(*shape):
        if boundary == "fixed" and any(i in (0, n - 1) for i, n in zip(at, shape)):
            continue
        for axis, h in enumerate(spacing):
            for step in (-1, 1):
                other = list(at)
                other[axis] += step
                if boundary == "periodic":
                    other[axis] %= shape[axis]
                other[axis] = min(max(other[axis], 0), shape[axis] - 1)  # reflecting: the cell itself
                matrix[number[at], number[tuple(other)]] += 1 / h**2
                matrix[number[at], number[at]] -= 1 / h**2
    return matrix


def stepped(field, steps, factor, spacing, boundary, part):
    """`part` of each step is implicit; factor is a * dt."""
    second = factor * laplacian(field.shape, spacing, boundary)
    one = np.eye(field.size)
    u = field.ravel()
    for _ in range(steps):
        u = np.linalg.solve(one - part * second, (one + (1 - part) * second) @ u)
    return u.reshape(field.shape)


def fields_of(*arguments):
    fields = []
    for ranks in (None, 3):
        succeed("heat", *arguments, "--output", "out.h5", ranks=ranks)
        with h5py.File("out.h5") as file:
            fields.append(file["temperature"][:])
    assert all(field.tobytes() == fields[0].tobytes() for field in fields)
    return fields[0]


def test_implicit_steps():
    field = 1 + np.random.default_rng(1).random((9, 12))
    np.save("field.npy", field)
    for scheme, part, boundary in (("implicit", 1.0, "fixed"), ("implicit", 1.0, "periodic"),
                                   ("crank-nicolson", 0.5, "reflecting"), ("crank-nicolson", 0.5, "fixed")):
        found = fields_of("--input", "field.npy", "--steps", 3, "--scheme", scheme, "--boundary", boundary,
                          "--spacing", "0.1,0.2", "--diffusivity", 0.5, "--dt", 0.3)
        expected = stepped(field, 3, 0.15, (0.1, 0.2), boundary, part)
        assert np.max(np.abs(found - expected)) < 1e-9, (scheme, boundary)


def test_three_dimensions():
    field = 1 + np.random.default_rng(2).random((5, 6, 4))
    np.save("cube.npy", field)
    found = fields_of("--input", "cube.npy", "--steps", 2, "--scheme", "implicit", "--boundary", "reflecting",
                      "--spacing", "0.1", "--diffusivity", 0.5, "--dt", 0.1)
    assert np.max(np.abs(found - stepped(field, 2, 0.05, (0.1,) * 3, "reflecting", 1.0))) < 1e-9


def test_steady_state():
    field = np.random.default_rng(3).random((10, 8))
    np.save("border.npy", field)
    found = fields_of("--input", "border.npy", "--scheme", "steady", "--spacing", "0.1,0.2")
    second = laplacian(field.shape, (0.1, 0.2), "fixed")
    border = second.any(axis=1) == 0
    expected = field.ravel().copy()
    inside = ~border
    expected[inside] = np.linalg.solve(second[np.ix_(inside, inside)], -second[np.ix_(inside, border)] @ expected[border])
    assert np.max(np.abs(found.ravel() - expected)) < 1e-8


def test_goes_on_and_stops():
    arguments = ["--shape", "16,20", "--scheme", "implicit", "--dt", 0.01, "--boundary", "reflecting"]
    whole = succeed("heat", *arguments, "--steps", 8)
    succeed("heat", *arguments, "--steps", 4, "--checkpoint", "half", ranks=2)
    rest = succeed("heat", *arguments, "--steps", 8, "--checkpoint", "half", "--restart", ranks=3)
    assert rest.value("checksum") == whole.value("checksum")


def test_bad_command_lines():
    refused(2, "for --boundary fixed", "heat", "--scheme", "steady", "--boundary", "periodic")
    refused(2, "no steps", "heat", "--scheme", "steady", "--checkpoint", "c")
    refused(2, "--scheme explicit", "heat", "--scheme", "implicit", "--time-block", 4)
    refused(2, "--scheme", "heat", "--scheme", "magic")


main(globals())
