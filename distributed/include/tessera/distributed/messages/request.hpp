/// @file
/// What has been started and is waited for later.
#pragma once

#include <tessera/distributed/messages/status.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

class operation;

/// The one owner of an operation: gives it back when it is destroyed.
class operation_owner {
public:
  operation_owner() = default;
  explicit operation_owner(operation* owned) noexcept : owned_(owned) {}
  operation_owner(operation_owner&& other) noexcept
      : owned_(std::exchange(other.owned_, nullptr)) {}
  operation_owner& operator=(operation_owner&& other) noexcept {
    std::swap(owned_, other.owned_);
    return *this;
  }
  operation_owner(const operation_owner&) = delete;
  operation_owner& operator=(const operation_owner&) = delete;
  ~operation_owner() {
    if (owned_ != nullptr) drop();
  }
  [[nodiscard]] operation* get() const { return owned_; }
  [[nodiscard]] operation* release() { return std::exchange(owned_, nullptr); }

private:
  void drop() noexcept;

  operation* owned_ = nullptr;
};

} // namespace detail

/// A message or a collective call that has been started: the buffers that it was given are its own
/// until `wait` has returned or `test` has said true. The destructor waits as well; in debug builds
/// it says so on stderr, since errors are lost there. While an exception unwinds, it gives up after
/// a moment. Move-only. Members are local.
///
///     request arriving = irecv(world, edge, left);
///     compute_interior();
///     arriving.wait();
class [[nodiscard]] request {
public:
  /// Nothing: done.
  request() = default;
  /// For the functions that start operations.
  explicit request(detail::operation* owned) noexcept : operation_(owned) {}

  /// Waits for it. A second time, says the same again.
  /// @throws argument_error where what came does not fit, communication_error when MPI fails.
  status wait();
  /// Is it done? Never waits. Throws as `wait` does.
  [[nodiscard]] bool test();
  /// Takes back a receive for which nothing has come yet. True where it is taken back; false where
  /// the message had come, and was received.
  bool cancel();
  /// Is there nothing to wait for any more?
  [[nodiscard]] bool is_done() const { return operation_.get() == nullptr; }

private:
  friend class request_set;

  detail::operation_owner operation_;
  status status_;
};

/// Requests that are waited for together; each has the number in which it was added.
/// Members are local.
///
///     request_set tasks;
///     for (int worker = 1; worker < world.size(); ++worker)
///       tasks.add(irecv(world, results(worker), worker));
///     while (const auto done = tasks.wait_any()) use(results(*done));
class request_set {
public:
  request_set() = default;
  request_set(request_set&&) noexcept = default;
  request_set& operator=(request_set&&) noexcept = default;
  request_set(const request_set&) = delete;
  request_set& operator=(const request_set&) = delete;
  ~request_set() = default;

  /// Takes a request over, and returns its number.
  std::size_t add(request&& started);
  /// How many were added.
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  /// How many have not been waited for.
  [[nodiscard]] std::size_t pending() const { return pending_; }
  /// Waits for all; what is thrown is the first one's error, when all have ended.
  void wait_all();
  /// Waits until one of those that have not been waited for is done, and returns its number; no
  /// number when there is none.
  [[nodiscard]] std::optional<std::size_t> wait_any();
  /// Waits until one is done, and returns the numbers of all that are.
  [[nodiscard]] std::vector<std::size_t> wait_some();
  /// Are all done? Never waits.
  [[nodiscard]] bool test_all();
  /// What is known of one that is done.
  /// @throws argument_error for one that is not.
  [[nodiscard]] const status& status_of(std::size_t number) const;

private:
  struct member {
    request waited;
    bool is_reported; // by one of the waits above
  };
  void report(member& done);
  std::optional<std::size_t> find_done();

  std::vector<member> members_;
  std::size_t pending_ = 0;
};

} // namespace tessera
