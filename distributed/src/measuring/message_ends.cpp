#include "measuring/message_ends.hpp"

#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <tuple>

namespace tessera::detail {

namespace {

/// What two ranks know a message of theirs by.
struct end_key {
  std::uint64_t number;
  std::int32_t channel;
  std::int32_t is_sent;

  bool operator<(const end_key& other) const {
    return std::tie(is_sent, channel, number) <
           std::tie(other.is_sent, other.channel, other.number);
  }
};

end_key key_of(const message_event& m) { return {m.number, m.channel, m.is_sent ? 1 : 0}; }
end_key other_end(const message_event& m) { return {m.number, m.channel, m.is_sent ? 0 : 1}; }

/// Ranks of the communicator, by those of the world; MPI_UNDEFINED for others.
std::vector<int> ranks_by_world(const communicator& comm) {
  MPI_Group own = MPI_GROUP_NULL;
  MPI_Group world = MPI_GROUP_NULL;
  int size = 0;
  check_mpi(MPI_Comm_group(comm.native(), &own), "MPI_Comm_group");
  check_mpi(MPI_Comm_group(MPI_COMM_WORLD, &world), "MPI_Comm_group");
  MPI_Group_size(world, &size);
  std::vector<int> all(static_cast<std::size_t>(size));
  std::iota(all.begin(), all.end(), 0);
  std::vector<int> result(all.size());
  const int code = MPI_Group_translate_ranks(world, size, all.data(), own, result.data());
  MPI_Group_free(&own);
  MPI_Group_free(&world);
  check_mpi(code, "MPI_Group_translate_ranks");
  return result;
}

int peer_of(const message_event& m, const std::vector<int>& ranks) {
  return ranks[static_cast<std::size_t>(m.is_sent ? m.to : m.from)];
}

std::vector<int> places_of(const std::vector<int>& counts) {
  std::vector<int> places(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), places.begin(), 0);
  return places;
}

/// What all ranks keep of their messages with this one: by rank, sorted.
std::vector<std::vector<end_key>> exchanged(const communicator& comm,
                                            const std::vector<std::vector<end_key>>& mine) {
  std::vector<int> counts;
  std::vector<end_key> sent;
  for (const std::vector<end_key>& keys : mine) {
    counts.push_back(static_cast<int>(keys.size()));
    sent.insert(sent.end(), keys.begin(), keys.end());
  }
  std::vector<int> expected(counts.size());
  check_mpi(MPI_Alltoall(counts.data(), 1, MPI_INT, expected.data(), 1, MPI_INT, comm.native()),
            "MPI_Alltoall");
  const std::vector<int> from = places_of(counts);
  const std::vector<int> to = places_of(expected);
  std::vector<end_key> received(static_cast<std::size_t>(to.back() + expected.back()));
  MPI_Datatype type = MPI_DATATYPE_NULL;
  check_mpi(MPI_Type_contiguous(sizeof(end_key), MPI_BYTE, &type), "MPI_Type_contiguous");
  check_mpi(MPI_Type_commit(&type), "MPI_Type_commit");
  const int code = MPI_Alltoallv(sent.data(), counts.data(), from.data(), type, received.data(),
                                 expected.data(), to.data(), type, comm.native());
  MPI_Type_free(&type);
  check_mpi(code, "MPI_Alltoallv");
  std::vector<std::vector<end_key>> result;
  for (std::size_t k = 0; k < to.size(); ++k) {
    const auto first = received.begin() + to[k];
    result.emplace_back(first, first + expected[k]);
    std::sort(result.back().begin(), result.back().end());
  }
  return result;
}

} // namespace

std::vector<bool> have_other_end(const communicator& comm, const std::vector<message_event>& ends) {
  const std::vector<int> ranks = ranks_by_world(comm);
  std::vector<std::vector<end_key>> mine(static_cast<std::size_t>(comm.size()));
  for (const message_event& m : ends)
    if (const int peer = peer_of(m, ranks); peer != MPI_UNDEFINED)
      mine[static_cast<std::size_t>(peer)].push_back(key_of(m));
  const std::vector<std::vector<end_key>> theirs = exchanged(comm, mine);
  std::vector<bool> result;
  result.reserve(ends.size());
  for (const message_event& m : ends) {
    const int peer = peer_of(m, ranks);
    result.push_back(peer != MPI_UNDEFINED &&
                     std::binary_search(theirs[static_cast<std::size_t>(peer)].begin(),
                                        theirs[static_cast<std::size_t>(peer)].end(),
                                        other_end(m)));
  }
  return result;
}

} // namespace tessera::detail
