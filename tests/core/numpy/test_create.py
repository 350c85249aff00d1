"""Functions that make arrays."""

import numpy as np

from functions import Calls, Raises

calls = Calls()
for shape in [(2, 3), (0, 4), (1, 1)]:
    calls.add("zeros", shape, np.zeros(shape))
calls.add("zeros", (2, -3), Raises("negative", "-3"))
calls.run()
