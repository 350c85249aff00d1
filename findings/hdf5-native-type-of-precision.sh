#!/bin/bash
# H5Tget_native_type of an integer of 4 bytes with 12 significant bits: a type of 2 bytes.
#
# Program:   HDF5 1.10.8 (Debian 12: libhdf5-103-1 1.10.8+repack1-1)
# Behaviour: the native type goes by H5Tget_precision, not by H5Tget_size. A reader that allocates by the size
#            of the file's type and reads as the native type finds its numbers packed into half of the
#            memory, and takes two for one.
# Expected:  a type as large as the one in the file; that it may be smaller is not said.
# Seen:      4 bytes, 12 bits, native 2 bytes.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_hdf5

cat >"$folder/native.c" <<'C'
#include <hdf5.h>
#include <stdio.h>
int main(void) {
  const hid_t type = H5Tcopy(H5T_STD_I32LE);
  H5Tset_precision(type, 12);
  const hid_t native = H5Tget_native_type(type, H5T_DIR_DEFAULT);
  printf("%zu %zu %zu\n", H5Tget_size(type), H5Tget_precision(type), H5Tget_size(native));
}
C
hdf5_cc "$folder/native.c" "$folder/native"
expect "bytes and bits in the file, bytes in memory" "$("$folder/native")" "4 12 2"
