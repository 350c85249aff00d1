#include <tessera/tessera.hpp>

#include <hdf5.h>

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  const int result = H5open() < 0 ? 1 : 0;
  MPI_Finalize();
  return result;
}
