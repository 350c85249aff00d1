#!/bin/bash
# H5Dget_chunk_storage_size of a chunk that nothing was written to: 0 bytes, or an error.
#
# Program:   HDF5 1.10.8 (Debian 12: libhdf5-103-1 1.10.8+repack1-1)
# Behaviour: the reference says that the size may be zero if no storage is allocated yet for the dataset. So it
#            is while no chunk of the dataset was written; once another chunk was, the call fails, as it does
#            where the file is damaged. H5Dget_chunk_info_by_coord succeeds, with 0 bytes.
# Expected:  0 bytes, both times.
# Seen:      returns 0 before another chunk is written, -1 afterwards.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_hdf5

cat >"$folder/size.c" <<'C'
#include <hdf5.h>
#include <stdio.h>
int main(int argc, char** argv) {
  const hsize_t size = 2, chunk = 1, first = 0, second = 1;
  const int value = 7;
  hsize_t bytes = 99;
  unsigned filters;
  haddr_t place;
  const hid_t file = H5Fcreate(argv[argc - 1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(1, &size, NULL);
  const hid_t one = H5Screate_simple(1, &chunk, NULL);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, 1, &chunk);
  const hid_t data =
      H5Dcreate2(file, "x", H5T_STD_I32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  const int before = H5Dget_chunk_storage_size(data, &second, &bytes);
  H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, NULL, &chunk, NULL);
  H5Dwrite(data, H5T_NATIVE_INT, one, space, H5P_DEFAULT, &value);
  const int after = H5Dget_chunk_storage_size(data, &second, &bytes);
  const int info = H5Dget_chunk_info_by_coord(data, &second, &filters, &place, &bytes);
  printf("%d %d, %d of %d bytes\n", before, after, info, (int)bytes);
  H5Fclose(file);
}
C
hdf5_cc "$folder/size.c" "$folder/size"
expect "the size before and after, the other call" "$("$folder/size" "$folder/x.h5")" "0 -1, 0 of 0 bytes"
