#include "agreement.hpp"

#include "ranks/communicator_text.hpp"
#include "ranks/rank_groups.hpp"
#include "session.hpp"
#include "stack/call_site.hpp"

#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tessera::detail {

namespace {

/// The same texts are one group, whose ranks are those of the world.
std::string groups_in_world(const hidden_communicator& hidden,
                            const std::vector<std::string>& texts) {
  std::vector<rank_group> groups = groups_of(texts);
  for (rank_group& group : groups) {
    for (int& rank : group.ranks) rank = hidden.in_world(rank);
    std::sort(group.ranks.begin(), group.ranks.end());
  }
  return text_of_groups(groups);
}

std::string joined(std::string_view what, std::string_view place) {
  return std::string(what) + (what.empty() || place.empty() ? "" : " ") + std::string(place);
}

/// "at heat.cpp:41", "in step" where there are no lines.
std::string place_of_call() {
  const call_site site = find_call_site();
  return (site.has_line ? "at " : "") + site.place;
}

/// What another rank does of what this one expects of it, or nothing where they agree.
struct share_note {
  std::uint64_t signature = 0;
  std::array<char, 64> text{};
};

/// "receives 4 MPI_DOUBLE from rank 1, which sends 5 MPI_DOUBLE"; empty where all fits. Collective.
std::string unmatched_share(const hidden_communicator& hidden, const operands& mine) {
  const auto size = static_cast<std::size_t>(hidden.comm.size());
  const auto is_rank = [size](int peer) {
    return peer >= 0 && static_cast<std::size_t>(peer) < size;
  };
  std::vector<share_note> sent(size);
  std::vector<share_note> theirs(size);
  for (const rank_share& share : mine.shares()) {
    if (!share.is_sent || !is_rank(share.peer)) continue;
    share_note& note = sent[static_cast<std::size_t>(share.peer)];
    note.signature = share.signature;
    const std::size_t length = std::min(share.text.size(), note.text.size() - 1);
    std::copy_n(share.text.begin(), length, note.text.begin());
  }
  const int bytes = sizeof(share_note);
  check_mpi(PMPI_Alltoall(sent.data(), bytes, MPI_BYTE, theirs.data(), bytes, MPI_BYTE,
                          hidden.comm.native()),
            "MPI_Alltoall");
  std::vector<std::string> expected(size, "nothing");
  std::vector<std::uint64_t> signatures(size);
  for (const rank_share& share : mine.shares()) {
    if (share.is_sent || !is_rank(share.peer)) continue;
    expected[static_cast<std::size_t>(share.peer)] = share.text;
    signatures[static_cast<std::size_t>(share.peer)] = share.signature;
  }
  for (std::size_t peer = 0; peer < size; ++peer)
    if (signatures[peer] != theirs[peer].signature) {
      const std::string what = theirs[peer].text.data();
      return fmt::format("receives {} from rank {}, which sends {}", expected[peer],
                         hidden.in_world(static_cast<int>(peer)), what.empty() ? "nothing" : what);
    }
  return {};
}

/// The texts of all ranks, on rank 0.
std::vector<std::string> gathered(const communicator& comm, const std::string& mine) {
  const std::string all = gather_texts(comm, mine + '\0', 0);
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < all.size(); at += texts.back().size() + 1)
    texts.push_back(all.substr(at, all.find('\0', at) - at));
  return texts;
}

bool all_same(const std::vector<std::string>& texts) {
  return std::all_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return text == texts.front(); });
}

/// Ranks are in different calls, or give them what does not fit.
[[noreturn]] void tell_difference(const hidden_communicator& hidden, const operands& mine,
                                  bool is_unbalanced) {
  const communicator& comm = hidden.comm;
  const std::string place = place_of_call();
  const std::vector<std::string> calls = gathered(comm, mine.call());
  const std::vector<std::string> places = gathered(comm, place);
  const std::vector<std::string> given = gathered(comm, mine.text());
  // Only where all are in the same call are its shares to be compared.
  int differs = comm.rank() == 0 && !all_same(calls) ? 1 : 0;
  check_mpi(PMPI_Bcast(&differs, 1, MPI_INT, 0, comm.native()), "MPI_Bcast");
  std::string share;
  if (differs == 0 && is_unbalanced) share = unmatched_share(hidden, mine);
  const std::vector<std::string> shares = gathered(comm, share);
  if (comm.rank() != 0) end_job("", false);

  const std::string where = named_text(comm, " of ");
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < calls.size(); ++k)
    texts.push_back(joined(differs != 0         ? calls[k]
                           : !all_same(given)   ? given[k]
                           : !shares[k].empty() ? shares[k]
                                                : calls[k],
                           places[k]));
  const std::string groups = groups_in_world(hidden, texts);
  if (differs != 0)
    end_job(fmt::format("ranks{} are in different collective calls: {}; all ranks must make the "
                        "same calls in the same order",
                        where, groups),
            true);
  end_job(fmt::format("ranks{} disagree about {}: {}; {}", where, mine.call(), groups,
                      all_same(given) ? "all ranks must send what the others receive"
                                      : "all ranks of a collective call give it the same"),
          true);
}

} // namespace

void compare_call(const hidden_communicator& hidden, const operands& mine, const told_call& told) {
  // Equal numbers add up to a multiple of each of them; others do so in one case of 2^50.
  std::uint64_t sums[2] = {mine.hash(), mine.balance()};
  check_mpi(PMPI_Allreduce(MPI_IN_PLACE, sums, 2, MPI_UINT64_T, MPI_SUM, hidden.comm.native()),
            "MPI_Allreduce");
  const bool is_same = sums[0] == mine.hash() * static_cast<std::uint64_t>(hidden.comm.size());
  if (is_same && sums[1] == 0) return;
  operands with_text(mine.call(), hidden.rank, true);
  told.describe(told.context, with_text);
  tell_difference(hidden, with_text, sums[1] != 0);
}

} // namespace tessera::detail
