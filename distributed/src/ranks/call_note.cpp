#include <tessera/distributed/ranks/call_note.hpp>

#include "ranks/peer_group.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

constinit thread_local call_note* own_note = nullptr;

namespace {

/// Cut off where the note ends.
template <class... Args>
void write_note(call_note& note, fmt::format_string<Args...> format, Args&&... args) {
  const auto done =
      fmt::format_to_n(note.text.data(), note.text.size() - 1, format, std::forward<Args>(args)...);
  *done.out = '\0';
}

/// -1 for any.
int rank_in_world(const communicator& comm, int rank) {
  if (rank < 0) return -1;
  MPI_Group own = peer_group(comm.native());
  MPI_Group world = MPI_GROUP_NULL;
  int result = -1;
  MPI_Comm_group(MPI_COMM_WORLD, &world);
  MPI_Group_translate_ranks(own, 1, &rank, world, &result);
  MPI_Group_free(&own);
  MPI_Group_free(&world);
  return result;
}

std::string of_ranks(const communicator& comm) {
  int all = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &all);
  return comm.size() == all ? "" : fmt::format(" among {} ranks", comm.size());
}

} // namespace

bool noted_call::begin(awaited what) noexcept {
  if (own_note->turns.load(std::memory_order_relaxed) % 2 != 0) return false; // part of another one
  note_ = own_note;
  note_->what.store(what, std::memory_order_relaxed);
  return true;
}

void noted_call::end() noexcept {
  note_->what.store(awaited::nothing, std::memory_order_relaxed);
  note_->turns.fetch_add(1, std::memory_order_release);
}

void noted_call::note_collective(const communicator& comm, std::string_view call,
                                 std::string_view operands) noexcept {
  if (!begin(awaited::all_ranks)) return;
  note_->peer.store(-1, std::memory_order_relaxed);
  write_note(*note_, "{} ({}){}", call, operands, of_ranks(comm));
  note_->turns.fetch_add(1, std::memory_order_release);
}

void noted_call::note_message(const communicator& comm, const char* doing, int peer,
                              int tag) noexcept {
  if (!begin(awaited::message)) return;
  const int whom = rank_in_world(comm, peer);
  note_->peer.store(whom, std::memory_order_relaxed);
  const std::string rank = peer < 0 ? "any rank" : fmt::format("rank {}", whom);
  write_note(*note_, "{} {}{}", doing, rank, tag < 0 ? ", any tag" : fmt::format(", tag {}", tag));
  note_->turns.fetch_add(1, std::memory_order_release);
}

} // namespace tessera::detail
