#include <tessera/distributed/sorting/search.hpp>

#include <algorithm>

namespace tessera::detail {

void add_places(const communicator& comm, index_t* places, index_t n) {
  constexpr index_t piece = index_t{1} << 20;
  for (index_t first = 0; first < n; first += piece)
    allreduce(comm, places + first, static_cast<int>(std::min(piece, n - first)), MPI_SUM);
}

} // namespace tessera::detail
