#!/bin/bash
# Makes the files of this folder again, by the programs named in each script. The clock begins in 2000,
# so that no file tells when it was made. The tests need none of this.
set -e
cd "$(dirname "$0")"
export FAKETIME="@2000-01-01 00:00:00" LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1
export PYTHONPATH=/usr/lib/petscdir/petsc3.18/x86_64-linux-gnu-complex/lib/python3/dist-packages
rm -f *.h5
octave-cli --quiet --no-init-file octave.m
Rscript --vanilla r.R
ncgen -k nc4 -o netcdf.nc netcdf.cdl
ncgen -k classic -o netcdf3.nc netcdf.cdl
for script in petsc.py pytables.py numpy_h5py.py scipy_mat.py; do /usr/bin/python3 "$script"; done
gfortran -o fortran.out fortran.f90 && ./fortran.out && rm fortran.out
