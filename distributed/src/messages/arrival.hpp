// Messages that are taken out of the queue before it is known what they hold.
#pragma once

#include "messages/envelope.hpp"
#include "messages/operation.hpp"
#include "messages/receiving.hpp"
#include "messages/staging_memory.hpp"

#include <tessera/distributed/messages/incoming_message.hpp>

#include <exception>

namespace tessera::detail {

/// One that nobody else can receive. Short ones have been received already.
class arrived_message {
public:
  arrived_message() = default;
  arrived_message(const communicator& where, MPI_Message found, const MPI_Status& state)
      : comm(where), handle(found), source(state.MPI_SOURCE), tag(state.MPI_TAG),
        message_bytes(bytes_of(state)) {}

  communicator comm;
  MPI_Message handle = MPI_MESSAGE_NULL; // none once it has been received
  int source = no_rank;
  int tag = any_tag;
  index_t message_bytes = 0; // its own, with an envelope if it has one
  staging_memory received;
  bool has_elements = false; // those that followed, in `received`
  bool has_envelope = false;
  envelope contents;
  bool is_used_up = false;

  /// Receives all of it, whatever its length.
  void fetch();
  /// Elements that follow their envelope, or the bytes of an object.
  void fetch_elements();
  /// Bytes of the elements or of the object.
  [[nodiscard]] index_t bytes() const;
  status take(const message_data& into, const char* call);
  /// Receives what nobody wanted.
  void drop() noexcept;

private:
  void take_elements(const message_data& into);
  void take_plain(const message_data& into, const char* call);
};

/// The next message, or null where there is none yet and `blocking` is false.
arrived_message* next_arrival(const communicator& comm, int from, int tag, bool blocking);

/// Waits for a message without having posted a receive.
class arrival_operation final : public operation {
public:
  bool advance(bool blocking) override;
  bool take_back() override { return arrived_ == nullptr; }
  void give_up() noexcept override {}
  void advance_for_others() noexcept override;
  void recycle() noexcept override;

  void start(const communicator& comm, int from, int tag, const char* call);
  /// Where it is to be received; else it is left to who asks for it.
  void receive_into(const message_data& into);
  arrived_message* release() { return std::exchange(arrived_, nullptr); }

private:
  bool has_target_ = false;
  receive_target into_;
  arrived_message* arrived_ = nullptr;
  std::exception_ptr failure_;
};

/// A receive that looks at a message before it takes it.
operation* start_arrival(const communicator& comm, const message_data& into, int from, int tag,
                         const char* call);

} // namespace tessera::detail
