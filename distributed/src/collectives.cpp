#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/waiting.hpp>

#include <limits>
#include <numeric>
#include <string>

namespace tessera {

namespace detail {

namespace {
constexpr index_t largest_count = index_t{1} << 30; // counts of MPI are int
}

void allreduce(const communicator& comm, std::int64_t* values, int count, MPI_Op op) {
  const waiting here(index_t{count} * 8);
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_INT64_T, op, comm.native()),
            "MPI_Allreduce");
}

void broadcast_bytes(const communicator& comm, void* data, index_t bytes, int root) {
  const waiting here(bytes);
  auto* at = static_cast<std::byte*>(data);
  while (bytes > 0) {
    const index_t n = bytes < largest_count ? bytes : largest_count;
    check_mpi(MPI_Bcast(at, static_cast<int>(n), MPI_BYTE, root, comm.native()), "MPI_Bcast");
    at += n;
    bytes -= n;
  }
}

void allgather_bytes(const communicator& comm, const void* mine, void* all, int bytes) {
  const waiting here(index_t{bytes} * comm.size());
  check_mpi(MPI_Allgather(mine, bytes, MPI_BYTE, all, bytes, MPI_BYTE, comm.native()),
            "MPI_Allgather");
}

} // namespace detail

std::int64_t exclusive_scan(const communicator& comm, std::int64_t value) {
  const detail::waiting here;
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

std::string gather(const communicator& comm, const std::string& text, int root) {
  const auto length = static_cast<index_t>(text.size());
  if (allreduce_sum(comm, length) > std::numeric_limits<int>::max())
    throw argument_error("the texts of all ranks together are longer than 2 GiB");
  const detail::waiting here(length * comm.size());
  const bool receives = comm.rank() == root;
  std::vector<int> lengths(receives ? static_cast<std::size_t>(comm.size()) : 0);
  const int mine = static_cast<int>(length);
  detail::check_mpi(MPI_Gather(&mine, 1, MPI_INT, lengths.data(), 1, MPI_INT, root, comm.native()),
                    "MPI_Gather");
  std::vector<int> offsets(lengths.size());
  std::exclusive_scan(lengths.begin(), lengths.end(), offsets.begin(), 0);
  std::string all(receives ? static_cast<std::size_t>(offsets.back() + lengths.back()) : 0, '\0');
  detail::check_mpi(MPI_Gatherv(text.data(), mine, MPI_CHAR, all.data(), lengths.data(),
                                offsets.data(), MPI_CHAR, root, comm.native()),
                    "MPI_Gatherv");
  return all;
}

} // namespace tessera
