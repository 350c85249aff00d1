// What has come: whether it fits where it is to go, and how it gets there.
#pragma once

#include "messages/envelope.hpp"
#include "messages/staging_memory.hpp"

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/messages/message_data.hpp>
#include <tessera/distributed/messages/status.hpp>

#include <vector>

namespace tessera::detail {

/// Where what is received goes, with a shape and strides of its own.
class receive_target {
public:
  void set(const message_data& data);
  [[nodiscard]] const message_data& get() const { return data_; }

private:
  message_data data_{};
  index_t shape_[max_ndim];
  index_t strides_[max_ndim];
};

/// The elements of a message that go apart from their envelope, in pieces.
class element_pieces {
public:
  /// Posts the receives; they go straight to their place if that has no gaps.
  void start(const communicator& comm, int source, const envelope& about, const message_data& into);
  bool advance(bool blocking);
  /// When all have come.
  void finish(const message_data& into);
  void give_up() noexcept;
  void clear() {
    requests_.clear();
    ended_ = 0;
    staging_.clear();
  }

private:
  std::vector<MPI_Request> requests_;
  std::size_t ended_ = 0;
  staging_memory staging_;
};

/// Receives and forgets what an envelope announces: its sender may wait for that.
void drop_elements(const communicator& comm, int source, const envelope& about);

/// Elements that came before their receive was posted, found by a probe for any tag.
void keep_stray(MPI_Message stray, const communicator& comm, const MPI_Status& state);

/// Throws unless what has come is what was asked for.
void check_contents(const envelope& sent, const message_data& into, const communicator& comm,
                    int source, const char* call);
/// Of a message that should have no envelope and holds so many bytes, those that found room there.
void check_count(const std::byte* message, index_t bytes, const message_data& into,
                 const communicator& comm, int source, const char* call);
status status_of_contents(int source, int tag, const envelope& sent);

/// Is it what fits there, as it nearly always is? Asked before all else that it may be.
bool is_as_expected(const message_data& into, const std::byte* message, index_t bytes);
inline status status_of_expected(const MPI_Status& state, const message_data& into) {
  return {state.MPI_SOURCE, state.MPI_TAG, into.count,
          into.shape != nullptr ? into.shape : &into.count, into.ndim};
}

/// What a message of any kind holds that came into other memory than where it is to go.
struct received_bytes {
  const std::byte* data;
  index_t room;
  index_t bytes; // more than there is room for where it was cut off
};
/// Puts what has come into its place. Where elements follow, starts to receive them.
status take_bytes(const communicator& comm, const message_data& into, const received_bytes& message,
                  const MPI_Status& state, const char* call, element_pieces& pieces);
/// How much room a message has at most that is not received in place; nothing for one that is.
index_t room_beside(const message_data& into);

/// Bytes of a message, though it was cut off.
index_t bytes_of(const MPI_Status& state);
/// Throws communication_error: what came was longer than its place, and MPI has written all of it.
[[noreturn]] void throw_overwritten(index_t bytes, const message_data& into,
                                    const communicator& comm, int source, const char* call);

} // namespace tessera::detail
