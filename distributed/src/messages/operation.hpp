// What a request waits for: one message, or several that follow from each other.
#pragma once

#include "messages/buffer_guard.hpp"
#include "messages/of_thread.hpp"

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/messages/status.hpp>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tessera::detail {

/// Something that has been started. It is used again when it has ended: starting the next one
/// allocates nothing.
class operation {
public:
  operation() = default;
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;
  virtual ~operation() = default;

  /// Goes on, where `blocking` to the end, else as far as it can without waiting. Is it at its end?
  /// When it throws, it is.
  virtual bool advance(bool blocking) = 0;
  /// Takes it back, if nothing has come yet. False where it goes on.
  virtual bool take_back() { return false; }
  /// Leaves it to its fate, without touching the memory of its caller any more.
  virtual void give_up() noexcept = 0;
  /// As `advance(false)`, while this thread waits for something else; what it throws is kept for
  /// who waits for it.
  virtual void advance_for_others() noexcept {}
  /// Puts it where the next one is taken from.
  virtual void recycle() noexcept = 0;

  /// Has the buffer until its end.
  void hold(buffer_guard&& guard) { guard_ = std::move(guard); }

  [[nodiscard]] const status& result() const { return result_; }
  [[nodiscard]] const char* call() const { return call_; }
  [[nodiscard]] const communicator& comm() const { return comm_; }
  /// Whose message is to come, and with what tag; `no_rank` where it is not one rank's.
  [[nodiscard]] int sender() const { return sender_; }
  [[nodiscard]] int tag() const { return tag_; }

protected:
  void begin(const communicator& comm, const char* call) {
    comm_ = comm;
    call_ = call;
    sender_ = no_rank;
  }
  void begin(const communicator& comm, const char* call, int sender, int tag) {
    begin(comm, call);
    sender_ = sender;
    tag_ = tag;
  }

  /// Is used again later.
  void leave() noexcept {
    guard_.release();
    if (comm_.is_owned()) comm_ = {};
  }

  communicator comm_;
  buffer_guard guard_;
  const char* call_ = "";
  int sender_ = no_rank;
  int tag_ = 0;
  status result_;
};

/// Waits for the end of an operation, for a limited time where waits are limited. Those that look
/// for messages themselves go on meanwhile: a sender may wait for them.
void wait_for(operation& op);

/// An operation of this thread that does not get on by MPI alone begins and ends.
void look_after(operation& op);
void forget(operation& op) noexcept;
extern constinit thread_local std::size_t looked_after; // how many there are
inline bool looks_after_others() { return looked_after > 0; }

/// Operations of a kind that are not in use.
template <class Operation> class operation_pool {
public:
  static Operation* take() {
    auto* const pool = of_thread<operation_pool>();
    if (pool == nullptr || pool->unused_.empty()) return new Operation;
    Operation* const op = pool->unused_.back().release();
    pool->unused_.pop_back();
    return op;
  }
  static void put(Operation* op) noexcept {
    auto* const pool = of_thread<operation_pool>();
    if (pool == nullptr || pool->unused_.size() == most)
      delete op;
    else
      pool->unused_.emplace_back(op);
  }
  operation_pool() { unused_.reserve(most); }

private:
  static constexpr std::size_t most = 1024;
  std::vector<std::unique_ptr<Operation>> unused_;
};

/// MPI_Wait or MPI_Test of one request. True when it has ended, with its status and MPI's code.
bool has_ended(MPI_Request& one, bool blocking, MPI_Status& state, int& code);

} // namespace tessera::detail
