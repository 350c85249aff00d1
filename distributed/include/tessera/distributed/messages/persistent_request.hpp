/// @file
/// Messages that are sent or received again and again: described once, started many times.
#pragma once

#include <tessera/distributed/messages/point_to_point.hpp>

#include <span>
#include <type_traits>
#include <utility>

namespace tessera {

namespace detail {

/// Starts the same message again and again.
class message_starter {
public:
  message_starter() = default;
  message_starter(const message_starter&) = delete;
  message_starter& operator=(const message_starter&) = delete;
  virtual ~message_starter() = default;
  virtual request start() = 0;
};

template <class F> class starter_of final : public message_starter {
public:
  explicit starter_of(F f) : f_(std::move(f)) {}
  request start() override { return f_(); }

private:
  F f_;
};

} // namespace detail

/// A message between the same ranks, from or into the same place, that is started as often as one
/// likes: what `send_init` and `recv_init` give. It is under way from `start` to `wait`, or until
/// `test` says true; for that time it is a `request`, and so is its destructor. Move-only. Members
/// are local.
///
///     persistent_request to_above = send_init(world, u(1, all), above);
///     persistent_request from_below = recv_init(world, u(n + 1, all), below);
///     for (int step = 0; step < steps; ++step) {
///       from_below.start();
///       to_above.start();
///       compute_interior();
///       from_below.wait();
///       to_above.wait();
///       compute_edges();
///     }
class [[nodiscard]] persistent_request {
public:
  /// Nothing that could be started.
  persistent_request() = default;
  /// For the functions that describe messages: takes over what starts one.
  explicit persistent_request(detail::message_starter* owned) noexcept : starter_(owned) {}
  persistent_request(persistent_request&& other) noexcept
      : starter_(std::exchange(other.starter_, nullptr)), current_(std::move(other.current_)) {}
  persistent_request& operator=(persistent_request&& other) noexcept {
    std::swap(starter_, other.starter_);
    std::swap(current_, other.current_);
    return *this;
  }
  persistent_request(const persistent_request&) = delete;
  persistent_request& operator=(const persistent_request&) = delete;
  ~persistent_request() {
    current_ = request(); // which may need what the starter has
    delete starter_;
  }

  /// Starts it: once more, when it is not under way.
  /// @throws argument_error when it is under way, or was made without arguments; and what `isend`
  /// and `irecv` throw.
  void start() {
    check_idle();
    current_ = starter_->start();
  }
  /// Waits for what has been started. When nothing is under way, says the same again.
  /// @throws argument_error where what came does not fit, communication_error when MPI fails.
  status wait() { return current_.wait(); }
  /// Is nothing under way? Never waits. Throws as `wait` does.
  [[nodiscard]] bool test() { return current_.test(); }
  /// Takes back a receive for which nothing has come yet; see `request::cancel`.
  bool cancel() { return current_.cancel(); }
  /// Has it been started and not been waited for?
  [[nodiscard]] bool is_active() const { return !current_.is_done(); }

private:
  void check_idle() const;

  detail::message_starter* starter_ = nullptr;
  request current_;
};

namespace detail {

/// An operand that lasts: one that has a name by its address, so that it may change in size; a view
/// that is about to go as it is.
template <class A> class described_operand {
public:
  explicit described_operand(A& operand) : address_(&operand) {}
  [[nodiscard]] A& get() const { return *address_; }

private:
  A* address_;
};
template <class A>
requires(array_in_memory<A> && !owns_elements<A>) class described_operand<A> {
public:
  explicit described_operand(A& operand) : operand_(operand) {}
  [[nodiscard]] A& get() const { return operand_; }

private:
  mutable A operand_;
};

template <class F> persistent_request persistent(F f) {
  return persistent_request(new starter_of<F>(std::move(f)));
}

} // namespace detail

/// @name Messages described once
/// As `isend`, `issend` and `irecv` with these arguments, each time they are started; nothing is
/// sent before. What has a name is looked at when a message is started: its elements, and the size
/// of a std::vector, are those it has then. Costs what these calls cost. Local.
/// @throws argument_error for ranks and tags that are not there, when started.
/// @{
template <class A>
persistent_request send_init(const communicator& comm, A&& data, int to, int tag = 0) {
  detail::check_stays<A>();
  using operand = detail::described_operand<std::remove_reference_t<A>>;
  return detail::persistent(
      [comm, kept = operand(data), to, tag] { return isend(comm, kept.get(), to, tag); });
}
template <class A>
persistent_request ssend_init(const communicator& comm, A&& data, int to, int tag = 0) {
  detail::check_stays<A>();
  using operand = detail::described_operand<std::remove_reference_t<A>>;
  return detail::persistent(
      [comm, kept = operand(data), to, tag] { return issend(comm, kept.get(), to, tag); });
}
template <class A>
requires detail::message_operand<A> persistent_request recv_init(const communicator& comm, A&& into,
                                                                 int from, int tag = any_tag) {
  detail::check_stays<A>();
  using operand = detail::described_operand<std::remove_reference_t<A>>;
  return detail::persistent(
      [comm, kept = operand(into), from, tag] { return irecv(comm, kept.get(), from, tag); });
}
/// @}

/// Starts all of them. Local.
inline void start_all(std::span<persistent_request> requests) {
  for (persistent_request& each : requests) each.start();
}
/// Waits for all that are under way; what is thrown is the first one's error, when all have ended.
/// Local.
void wait_all(std::span<persistent_request> requests);

} // namespace tessera
