# PyTables 3.7, and pandas 1.5 on top of it: fixed and table.
import functools

import numpy as np
import pandas as pd
import tables

# Their files hold the time otherwise.
for name in ("create_array", "create_carray", "create_earray", "create_vlarray", "create_table"):
    setattr(tables.File, name, functools.partialmethod(getattr(tables.File, name), track_times=False))

field = np.array([[1.5, 2, 3], [4, 5, 6.25]])
with tables.open_file("pytables.h5", "w") as file:
    file.create_array("/", "field", field)
    file.create_array("/", "waves", np.array([1 + 2j, 3 - 4j]))
    grows = file.create_earray("/", "grows", tables.Float64Atom(), (0, 3), chunkshape=(2, 3))
    grows.append(field)
    ragged = file.create_vlarray("/", "ragged", tables.Int32Atom(), chunkshape=(2,))
    ragged.append([1, 2])
    ragged.append([3])
frame = pd.DataFrame(field, columns=["a", "b", "c"])
with pd.HDFStore("pandas.h5", "w") as store:
    store.put("fixed", frame, format="fixed")
    store.put("table", frame, format="table", index=False, track_times=False)
