# PETSc 3.18 for complex numbers, VecView with PETSc's own HDF5 viewer: a trailing axis of 2.
from petsc4py import PETSc

vec = PETSc.Vec().createSeq(2)
vec.setValues([0, 1], [1 + 2j, 3 - 4j])
vec.assemble()
vec.setName("waves")
viewer = PETSc.ViewerHDF5().create("petsc.h5", "w")
viewer(vec)
viewer.destroy()
