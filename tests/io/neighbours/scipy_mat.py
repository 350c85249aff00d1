# SciPy 1.10: a file as MATLAB 5 to 7 save it, up to -v7.
import numpy as np
import scipy.io

scipy.io.savemat("matlab5.mat", {"field": np.array([[1.5, 2, 3], [4, 5, 6.25]])})
