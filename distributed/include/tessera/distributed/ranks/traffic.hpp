/// @file
/// What goes between ranks while a profile is recorded: who sends how much to whom, and, for
/// traces, when. Not included by what users include.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/communicator.hpp>

#include <cstdint>
#include <vector>

namespace tessera::detail {

/// Messages from one rank to another that come in their order: those of plans, of exchanges, of
/// scans, and those with one tag.
using message_channel = int;
inline constexpr message_channel plan_channel = -1;
inline constexpr message_channel exchange_channel = -2;
inline constexpr message_channel scan_channel = -3;

/// One end of a message in time. Ranks are those of the world.
struct message_event {
  std::uint64_t ticks;
  index_t bytes;
  std::uint64_t number; ///< among those from `from` to `to` in this channel
  int from;
  int to;
  message_channel channel;
  bool is_sent; ///< the sender's end
};

/// What this rank has sent to another.
struct sent_to {
  int peer;
  message_count count;
};

/// Slow parts of the functions below.
void record_sent(const communicator& comm, int peer, message_channel channel, index_t bytes,
                 index_t messages);
void record_received(const communicator& comm, int peer, message_channel channel, index_t bytes);
std::uint64_t record_expected(const communicator& comm, int peer, index_t bytes, index_t messages);
void record_arrived(const communicator& comm, int peer, index_t bytes, std::uint64_t number);

/// A message of ours is sent, or has come. Local; does nothing unless a profile is recorded.
inline void note_sent(const communicator& comm, int peer, message_channel channel, index_t bytes) {
  if (profile_is_recorded()) record_sent(comm, peer, channel, bytes, 1);
}
inline void note_received(const communicator& comm, int peer, message_channel channel,
                          index_t bytes) {
  if (profile_is_recorded()) record_received(comm, peer, channel, bytes);
}
inline void note_collective() {
  if (profile_is_recorded()) count_collective();
}

/// Forgets what was recorded.
void clear_traffic();
/// What this process has sent, in the order of the peers.
[[nodiscard]] std::vector<sent_to> recorded_traffic();
/// Of all threads, the latest ones.
[[nodiscard]] std::vector<message_event> recorded_messages();

} // namespace tessera::detail
