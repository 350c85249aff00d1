#!/bin/bash
# Installs what Tessera needs from the distribution's packages; does nothing where all is there.
#
#   cmake/setup.sh            to build and run
#   cmake/setup.sh --tests    also to build and run the tests and checks
#   cmake/setup.sh --matrices also linear algebra over ranks, tessera::matrices
#   cmake/setup.sh --bench    also the systems that the benchmarks compare with
set -e -o pipefail

tools="cmake ninja c++ mpicc mpirun h5pcc"
packages=(cmake ninja-build g++ openmpi-bin libopenmpi-dev libhdf5-openmpi-dev libboost-mpi-dev
  libboost-serialization-dev libcli11-dev nlohmann-json3-dev libpng-dev libopenblas-dev liblapacke-dev
  librandom123-dev libxxhash-dev libzip-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev liblz4-dev
  libfast-float-dev libfmt-dev libdw-dev libhwy-dev)

for option in "$@"; do
  case "$option" in
    --tests)
      tools="$tools python3 clang-format clang-tidy"
      packages+=(libgtest-dev python3-numpy python3-scipy python3-h5py python3-mpi4py python3-xarray
        python3-h5netcdf python3-netcdf4 python3-pil zstd clang-format clang-tidy
        clang libclang-rt-14-dev ccache git doxygen graphviz libscalapack-openmpi-dev) ;;
    --matrices)
      packages+=(libscalapack-openmpi-dev) ;;
    --bench)
      packages+=(libglobalarrays-dev libarmci-mpi-dev libscalapack-openmpi-dev liblapack-dev
        libfftw3-mpi-dev python3-mpi4py-fft gfortran petsc-dev pkg-config libeigen3-dev libxtensor-dev libxsimd-dev
        libsleef-dev
        libblitz0-dev python3-numpy python3-pandas python3-h5py-mpi) ;;
    *)
      echo "setup.sh: unknown option $option (known: --tests, --matrices, --bench)" >&2
      exit 2 ;;
  esac
done

missing_packages() {
  local installed
  # Fails where a package is unknown, which is an answer too.
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null) || true
  for package in "${packages[@]}"; do
    grep -q "^$package installed$" <<<"$installed" || echo "$package"
  done
}

tools_are_there() {
  for tool in $tools; do
    command -v "$tool" >/dev/null || return 1
  done
}

# The last resort: perhaps somebody built these things by hand, or a module system has them.
cannot_install() {
  tools_are_there && exit 0
  cat >&2 <<TEXT
setup.sh: cannot install packages here, and not all of these are on the PATH: $tools.
Tessera needs a C++20 compiler, CMake 3.25, Ninja, MPI, a parallel HDF5, Boost.MPI, CLI11,
nlohmann-json, libpng, libzip, bzip2, xz (liblzma), zstd, LZ4, elfutils (libdw), OpenBLAS, LAPACKE, Random123, fast_float, fmt, Highway and xxHash; its tests also GoogleTest and a Python with
numpy, scipy, h5py, Pillow and, if there, xarray and mpi4py. For instance:
  apt    apt-get install $*
  dnf    dnf install cmake ninja-build gcc-c++ openmpi-devel hdf5-openmpi-devel \\
           boost-openmpi-devel boost-devel cli11-devel json-devel libpng-devel openblas-devel \\
           Random123-devel xxhash-devel fast_float-devel fmt-devel highway-devel libzip-devel libzstd-devel lz4-devel elfutils-devel gtest-devel python3-scipy python3-h5py \\
           python3-pillow
         module load mpi/openmpi-x86_64
  brew   brew install cmake ninja open-mpi hdf5-mpi boost-mpi cli11 nlohmann-json libpng libzip zstd lz4 elfutils openblas xxhash fast_float fmt highway \\
           googletest
         (and the headers of Random123, which Homebrew has not)
  spack  spack install cmake ninja openmpi hdf5+mpi boost+mpi+serialization cli11 nlohmann-json libpng \\
           libzip bzip2 xz zstd lz4 elfutils openblas random123 xxhash fast-float fmt highway googletest py-scipy py-h5py py-pillow
  conda  conda install -c conda-forge cxx-compiler cmake ninja openmpi "hdf5=*=mpi_openmpi*" \\
           cli11 nlohmann_json libpng libzip bzip2 xz zstd lz4-c elfutils openblas liblapacke random123 xxhash fast_float fmt libhwy gtest scipy \\
           h5py pillow
         (and Boost built with MPI: conda-forge has none)
TEXT
  exit 1
}

install() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  if [ "$(id -u)" != 0 ] && [ -t 0 ]; then
    apt=(sudo "${apt[@]}")
  elif [ "$(id -u)" != 0 ]; then
    # Nobody could type a password.
    apt=(sudo -n "${apt[@]}")
  fi
  "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  cannot_install "${packages[@]}"
fi

mapfile -t missing < <(missing_packages)
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  cannot_install "${missing[@]}"
fi

echo "setup.sh: installing ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install "${missing[@]}" >"$log" 2>&1; then
  cat "$log" >&2
  cannot_install "${missing[@]}"
fi
