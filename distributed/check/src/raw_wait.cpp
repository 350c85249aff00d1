#include "raw_wait.hpp"

#include <fmt/core.h>

namespace tessera::detail {

namespace {

/// Cut off where the note ends.
template <class... Args>
void write(call_note& note, fmt::format_string<Args...> format, Args&&... args) {
  const auto done =
      fmt::format_to_n(note.text.data(), note.text.size() - 1, format, std::forward<Args>(args)...);
  *done.out = '\0';
}

} // namespace

bool raw_wait::begin(awaited what, int peer) noexcept {
  if (own_note->turns.load(std::memory_order_relaxed) % 2 != 0) return false; // part of another one
  note_ = own_note;
  note_->what.store(what, std::memory_order_relaxed);
  note_->peer.store(peer, std::memory_order_relaxed);
  return true;
}

void raw_wait::note_call(const char* call, awaited what) noexcept {
  if (!begin(what, -1)) return;
  write(*note_, "{}", call);
  note_->turns.fetch_add(1, std::memory_order_release);
}

void raw_wait::note_message(const char* call, direction way, int peer, int tag) noexcept {
  if (!begin(awaited::message, peer)) return;
  char rank[24] = "any rank";
  char which[24] = "any tag";
  if (peer >= 0) *fmt::format_to_n(rank, sizeof rank - 1, "rank {}", peer).out = '\0';
  if (tag >= 0) *fmt::format_to_n(which, sizeof which - 1, "tag {}", tag).out = '\0';
  if (way == direction::both)
    write(*note_, "{} waits for messages", call);
  else if (way == direction::out)
    write(*note_, "{} waits until {} receives, {}", call, rank, which);
  else
    write(*note_, "{} waits for a message from {}, {}", call, rank, which);
  note_->turns.fetch_add(1, std::memory_order_release);
}

} // namespace tessera::detail
