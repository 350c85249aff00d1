#include <tessera/distributed/collectives.hpp>

#include <string>

namespace tessera {

namespace detail {

namespace {
constexpr index_t largest_count = index_t{1} << 30; // counts of MPI are int
}

void allreduce(const communicator& comm, void* values, int count, MPI_Datatype type, MPI_Op op) {
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, values, count, type, op, comm.native()), "MPI_Allreduce");
}

void broadcast_bytes(const communicator& comm, void* data, index_t bytes, int root) {
  auto* at = static_cast<std::byte*>(data);
  while (bytes > 0) {
    const index_t n = bytes < largest_count ? bytes : largest_count;
    check_mpi(MPI_Bcast(at, static_cast<int>(n), MPI_BYTE, root, comm.native()), "MPI_Bcast");
    at += n;
    bytes -= n;
  }
}

void allgather_bytes(const communicator& comm, const void* mine, void* all, int bytes) {
  check_mpi(MPI_Allgather(mine, bytes, MPI_BYTE, all, bytes, MPI_BYTE, comm.native()),
            "MPI_Allgather");
}

} // namespace detail

std::int64_t exclusive_scan(const communicator& comm, std::int64_t value) {
  std::int64_t before = 0;
  detail::check_mpi(MPI_Exscan(&value, &before, 1, MPI_INT64_T, MPI_SUM, comm.native()),
                    "MPI_Exscan");
  return comm.rank() == 0 ? 0 : before;
}

std::string broadcast(const communicator& comm, std::string text, int root) {
  auto length = static_cast<index_t>(text.size());
  broadcast(comm, &length, 1, root);
  text.resize(static_cast<std::size_t>(length));
  broadcast(comm, text.data(), length, root);
  return text;
}

} // namespace tessera
