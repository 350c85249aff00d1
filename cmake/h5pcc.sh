#!/bin/sh
# h5pcc for build folders with blanks in their path, where h5pcc itself fails: it splits its
# arguments at them. FindHDF5 calls this in the folder of the file that it wants compiled.
PATH="${HDF5_ROOT:+$HDF5_ROOT/bin:}$PATH"
for argument; do
  shift
  case "$argument" in
    */cmake_hdf5_test.c) argument=cmake_hdf5_test.c ;;
  esac
  set -- "$@" "$argument"
done
exec h5pcc "$@"
