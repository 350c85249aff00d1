# h5py 3.7 and NumPy 1.24. A file of MATLAB 7.3 is HDF5 behind 512 bytes that tell so; no MATLAB wrote this one:
# h5py lays it out as MATLAB documents it.
import h5py
import numpy as np

field = np.array([[1.5, 2, 3], [4, 5, 6.25]])
with h5py.File("h5py.h5", "w") as file:
    file["field"] = field
    file["counts"] = np.array([1, 2, -3], "i4")
    file["waves"] = np.array([1 + 2j, 3 - 4j])
    file["dt"] = 0.1
    file["names"] = ["one", "two"]
with h5py.File("matlab73.mat", "w", userblock_size=512) as file:
    file["field"] = field.T
    file["field"].attrs["MATLAB_class"] = np.bytes_("double")
    waves = np.zeros(2, [("real", "f8"), ("imag", "f8")])
    waves["real"], waves["imag"] = [1, 3], [2, -4]
    file["waves"] = waves
with open("matlab73.mat", "r+b") as file:
    file.write(b"MATLAB 7.3 MAT-file, HDF5 schema 1.00 .".ljust(124) + b"\x00\x02IM")
np.save("numpy.npy", np.asfortranarray(field))
with open("several.npy", "wb") as file:
    np.save(file, field)
    np.save(file, np.array([1, 2, -3]))
