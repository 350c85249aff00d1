#!/bin/bash
# H5Dread of a dataset that nothing was written to: success, and the buffer as it was.
#
# Program:   HDF5 1.10.8 (Debian 12: libhdf5-103-1 1.10.8+repack1-1)
# Behaviour: where the fill time is H5D_FILL_TIME_NEVER, which says that fill values are not written to the
#            file, H5Dread does not write them to the reader's buffer either, though the dataset has a fill
#            value and no storage. The reader, who did not choose the fill time, gets what memory held.
# Expected:  the fill value (-1), as for all other fill times, or an error.
# Seen:      returns 0, the buffer still holds 7.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_hdf5

cat >"$folder/read.c" <<'C'
#include <hdf5.h>
#include <stdio.h>
int main(int argc, char** argv) {
  const hsize_t size = 1;
  const double fill = -1.0;
  double value = 7.0;
  const hid_t file = H5Fcreate(argv[argc - 1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(1, &size, NULL);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &fill);
  H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
  const hid_t data =
      H5Dcreate2(file, "x", H5T_IEEE_F64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  const int status = H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value);
  printf("%d %g\n", status, value);
  H5Fclose(file);
}
C
hdf5_cc "$folder/read.c" "$folder/read"
expect "status and value" "$("$folder/read" "$folder/x.h5")" "0 7"
