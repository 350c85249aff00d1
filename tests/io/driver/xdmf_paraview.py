"""pvpython xdmf_paraview.py FILE.xmf...: what each of ParaView's readers sees at each time, in
FILE.READER.npz."""

import sys

import numpy as np
from paraview import servermanager, simple
from vtkmodules.util.numpy_support import vtk_to_numpy


def seen_by(kind, path):
    reader = getattr(simple, kind)(**{"FileNames" if kind == "XDMFReader" else "FileName": [path]})
    reader.UpdatePipelineInformation()
    seen = {"times": np.atleast_1d(reader.TimestepValues)}
    for k, time in enumerate(seen["times"]):
        reader.UpdatePipeline(time)
        data = servermanager.Fetch(reader)
        if data.IsA("vtkMultiBlockDataSet"):
            data = data.GetBlock(0)
        seen.update({f"{k} dimensions": data.GetDimensions(), f"{k} origin": data.GetOrigin(),
                     f"{k} spacing": data.GetSpacing()})
        for center, fields in (("Node", data.GetPointData()), ("Cell", data.GetCellData())):
            for n in range(fields.GetNumberOfArrays()):
                array = fields.GetArray(n)
                seen[f"{k} {center} {array.GetName()}"] = vtk_to_numpy(array).copy()
    return seen


for path in sys.argv[1:]:
    for kind in ("XDMFReader", "Xdmf3ReaderS", "Xdmf3ReaderT"):
        np.savez(f"{path}.{kind}.npz", **seen_by(kind, path))
