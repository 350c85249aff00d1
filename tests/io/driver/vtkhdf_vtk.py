"""vtkhdf_vtk.py FILE...: what VTK's own reader sees at the points of images, in FILE.npz.

VTK 9.1 asks for as many cells as there are points, so that it cannot read the arrays of cells."""

import sys

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkVersion
from vtkmodules.vtkIOHDF import vtkHDFReader

for path in sys.argv[1:]:
    reader = vtkHDFReader()
    assert reader.CanReadFile(path), path
    reader.SetFileName(path)
    reader.UpdateInformation()
    reader.GetCellDataArraySelection().DisableAllArrays()
    reader.Update()
    image = reader.GetOutputDataObject(0)
    seen = {"dimensions": image.GetDimensions(), "origin": image.GetOrigin(), "spacing": image.GetSpacing()}
    data = image.GetPointData()
    for k in range(data.GetNumberOfArrays()):
        seen[data.GetArrayName(k)] = vtk_to_numpy(data.GetArray(k)).copy()
    np.savez(f"{path}.npz", **seen)
print(f"vtk {vtkVersion.GetVTKVersion()}: sees what it should")
