
#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace tessera {

namespace detail {

namespace {

constexpr index_t largest_count = index_t{1} << 30; // counts of MPI are int

/// "sum of 3 integers"
std::string reduction_text(int count, MPI_Op op) {
  const char* const what = op == MPI_SUM ? "sum" : op == MPI_MIN ? "smallest" : "largest";
  return fmt::format("{} of {} integers", what, count);
}

void send_to_all(const communicator& comm, void* data, index_t bytes, int root) {
  const waiting here(bytes);
  note_collective();
  auto* at = static_cast<std::byte*>(data);
  while (bytes > 0) {
    const index_t n = bytes < largest_count ? bytes : largest_count;
    check_mpi(MPI_Bcast(at, static_cast<int>(n), MPI_BYTE, root, comm.native()), "MPI_Bcast");
    at += n;
    bytes -= n;
  }
}

std::string root_text(int root) { return fmt::format("to or from rank {}", root); }

} // namespace

void allreduce(const communicator& comm, std::int64_t* values, int count, MPI_Op op) {
  check_usable(comm);
  agree_if_checked(comm, "a reduction", [&] { return reduction_text(count, op); });
  const waiting here(index_t{count} * 8);
  note_collective();
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_INT64_T, op, comm.native()),
            "MPI_Allreduce");
}

void broadcast_bytes(const communicator& comm, void* data, index_t bytes, int root) {
  check_usable(comm);
  agree_if_checked(comm, "a broadcast",
                   [&] { return fmt::format("{} bytes from rank {}", bytes, root); });
  send_to_all(comm, data, bytes, root);
}

void allgather_bytes(const communicator& comm, const void* mine, void* all, int bytes) {
  check_usable(comm);
  agree_if_checked(comm, "an allgather",
                   [&] { return fmt::format("{} bytes of each rank", bytes); });
  const waiting here(index_t{bytes} * comm.size());
  note_collective();
  check_mpi(MPI_Allgather(mine, bytes, MPI_BYTE, all, bytes, MPI_BYTE, comm.native()),
            "MPI_Allgather");
}

std::string broadcast_text(const communicator& comm, std::string text, int root) {
  auto length = static_cast<index_t>(text.size());
  send_to_all(comm, &length, sizeof length, root);
  text.resize(static_cast<std::size_t>(length));
  send_to_all(comm, text.data(), length, root);
  return text;
}

std::string gather_texts(const communicator& comm, const std::string& text, int root) {
  const auto length = static_cast<index_t>(text.size());
  index_t all_bytes = length;
  const waiting here;
  note_collective();
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &all_bytes, 1, MPI_INT64_T, MPI_SUM, comm.native()),
            "MPI_Allreduce");
  if (all_bytes > std::numeric_limits<int>::max())
    throw argument_error("the texts of all ranks together are longer than 2 GiB");
  const bool receives = comm.rank() == root;
  std::vector<int> lengths(receives ? static_cast<std::size_t>(comm.size()) : 0);
  const int mine = static_cast<int>(length);
  check_mpi(MPI_Gather(&mine, 1, MPI_INT, lengths.data(), 1, MPI_INT, root, comm.native()),
            "MPI_Gather");
  std::vector<int> offsets(lengths.size());
  std::exclusive_scan(lengths.begin(), lengths.end(), offsets.begin(), 0);
  std::string all(receives ? static_cast<std::size_t>(offsets.back() + lengths.back()) : 0, '\0');
  check_mpi(MPI_Gatherv(text.data(), mine, MPI_CHAR, all.data(), lengths.data(), offsets.data(),
                        MPI_CHAR, root, comm.native()),
            "MPI_Gatherv");
  return all;
}

} // namespace detail

std::int64_t exclusive_scan(const communicator& comm, std::int64_t value) {
  detail::check_usable(comm);
  detail::agree_if_checked(comm, "an exclusive scan", [] { return std::string("of an integer"); });
  const detail::waiting here;
  detail::note_collective();
  std::int64_t before = 0;
  detail::check_mpi(MPI_Exscan(&value, &before, 1, MPI_INT64_T, MPI_SUM, comm.native()),
                    "MPI_Exscan");
  return comm.rank() == 0 ? 0 : before;
}

std::string broadcast(const communicator& comm, std::string text, int root) {
  detail::check_usable(comm);
  detail::agree_if_checked(comm, "a broadcast of a text", [&] { return detail::root_text(root); });
  return detail::broadcast_text(comm, std::move(text), root);
}

std::string gather_text(const communicator& comm, const std::string& text, int root) {
  detail::check_usable(comm);
  detail::agree_if_checked(comm, "a gather of texts", [&] { return detail::root_text(root); });
  return detail::gather_texts(comm, text, root);
}

} // namespace tessera
