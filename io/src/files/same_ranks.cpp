#include "files/same_ranks.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void check_same_ranks(const communicator& of_file, const communicator& of_array,
                      const std::string& path) {
  check_usable(of_array);
  int result = MPI_UNEQUAL;
  check_mpi(MPI_Comm_compare(of_array.native(), of_file.native(), &result), "MPI_Comm_compare");
  if (result == MPI_UNEQUAL)
    throw argument_error(fmt::format(
        "'{}' and the array belong to different ranks: {} of the file, {} of the array, or others",
        path, of_file.size(), of_array.size()));
}

} // namespace tessera::detail
