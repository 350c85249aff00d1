# shellcheck shell=bash
# What the scripts beside this one share: pinned packages, unpacked into a folder of their own.

export LC_ALL=C
folder=$(mktemp -d)
chmod 755 "$folder" # apt downloads as a user of its own
trap 'rm -rf "$folder"' EXIT

# unpack NAME=VERSION...: these versions, and what they need that is not installed here.
unpack() {
  local needed
  needed=$(apt-get install --simulate --no-install-recommends "${@%%=*}" 2>/dev/null |
    awk '/^Inst/ { print $2 }') || true
  mkdir -p -m 777 "$folder/archives"
  mkdir -p "$folder/root"
  (
    cd "$folder/archives"
    # shellcheck disable=SC2086
    apt-get -qq download "$@" $needed >/dev/null
    for archive in *.deb; do dpkg-deb -x "$archive" "$folder/root"; done
  )
  local system
  system=$(gcc -print-multiarch)
  export PATH="$folder/root/usr/bin:$PATH"
  local libraries="$folder/root/usr/lib/$system"
  # Debian selects these by links that are made on installation.
  export LD_LIBRARY_PATH="$libraries:$libraries/openmpi/lib:$libraries/blas:$libraries/lapack"
  export PYTHONPATH="$folder/root/usr/lib/python3/dist-packages"
}

# unpack_mpi: Open MPI of Debian 12; then `mpi_cc` compiles and `mpi_run N PROGRAM` runs.
unpack_mpi() {
  local version=4.1.4-3+b1
  unpack openmpi-bin=$version libopenmpi3=$version libopenmpi-dev=$version openmpi-common=4.1.4-3
  export OPAL_PREFIX="$folder/root/usr"
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1
}
mpi_include() { echo "$folder/root/usr/lib/$(gcc -print-multiarch)/openmpi/include"; }
mpi_cc() {
  local libraries
  libraries="$folder/root/usr/lib/$(gcc -print-multiarch)/openmpi/lib"
  gcc -O1 "$1" -o "$2" -I "$(mpi_include)" -L "$libraries" -lmpi
}
mpi_run() { mpirun.openmpi --oversubscribe --bind-to none -n "$@"; }

# unpack_scalapack: ScaLAPACK of Debian 12, and the LAPACK and BLAS of netlib; then `scalapack_cc` compiles.
unpack_scalapack() {
  unpack_mpi
  unpack libscalapack-openmpi2.2=2.2.1-2+b1 liblapack3=3.11.0-2 libblas3=3.11.0-2
}
scalapack_cc() {
  local libraries
  libraries="$folder/root/usr/lib/$(gcc -print-multiarch)"
  gcc -O1 "$1" -o "$2" -I "$(mpi_include)" -L "$libraries" -l:libscalapack-openmpi.so.2.2 \
    -L "$libraries/openmpi/lib" -lmpi
}

# unpack_hdf5: HDF5 of Debian 12; then `hdf5_cc` compiles.
unpack_hdf5() { unpack libhdf5-dev=1.10.8+repack1-1 libhdf5-103-1=1.10.8+repack1-1; }
hdf5_cc() {
  gcc -O1 "$1" -o "$2" -I "$folder/root/usr/include/hdf5/serial" \
    -L "$folder/root/usr/lib/$(gcc -print-multiarch)/hdf5/serial" -lhdf5
}

# unpack_octave: Octave of Debian 12, and h5py; then `octave_says` prints what Octave's code prints.
unpack_octave() {
  unpack octave=7.3.0-2 octave-common=7.3.0-2 python3-h5py=3.7.0-8 python3-h5py-serial=3.7.0-8
  export OCTAVE_HOME="$folder/root/usr"
}
octave_says() { octave-cli --no-init-file --norc --eval "$1" 2>/dev/null || true; }

# unpack_numpy: NumPy of Debian 12; then `numpy_says` prints what Python's code prints, without warnings.
unpack_numpy() { unpack python3-numpy=1:1.24.2-1+deb12u1; }
numpy_says() { /usr/bin/python3 -W ignore -c "import numpy as np; $1"; }

# expect WHAT SEEN WANTED: fails unless this was seen.
expect() {
  if [ "$2" = "$3" ]; then
    echo "as stated: $1: $2"
  else
    printf 'CHANGED: %s\n  stated: %s\n  seen:   %s\n' "$1" "$3" "$2" >&2
    exit 1
  fi
}
