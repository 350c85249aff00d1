/// @file
/// A number that all ranks count up, for loops whose passes go to whoever is free.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/communicator.hpp>

#include <cstdint>
#include <utility>

namespace tessera {

/// A counter that all ranks of a communicator add to, one after another, without anybody else
/// taking part. It lies with rank 0: within a node a step costs some tens of nanoseconds, between
/// nodes a message there and back, for which rank 0 has to call MPI or Tessera now and then. Making
/// and destroying it is collective; other members are local. Move-only.
///
///     shared_counter next(world);
///     for (std::int64_t i = next.fetch_add(1); i < tasks; i = next.fetch_add(1)) work(i);
class shared_counter {
public:
  /// Starts at a number. Collective.
  explicit shared_counter(const communicator& comm, std::int64_t first = 0);
  shared_counter(shared_counter&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  shared_counter& operator=(shared_counter&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  shared_counter(const shared_counter&) = delete;
  shared_counter& operator=(const shared_counter&) = delete;
  /// Collective, unless an exception is on its way.
  ~shared_counter();

  /// Adds, and returns what it was before. Local.
  /// @throws argument_error when it was moved from, communication_error when MPI fails.
  std::int64_t fetch_add(std::int64_t n = 1) const;
  /// What it is. Local.
  [[nodiscard]] std::int64_t value() const { return fetch_add(0); }

private:
  struct state;
  state* state_ = nullptr;
};

/// Calls `f(i)` for each 0 <= i < n once, on whichever rank is free, in ascending order on each
/// rank and `chunk` at a time. `f` may send messages and access arrays one-sidedly, but must make
/// no collective calls. What it throws on a rank is thrown on all, after the tasks that were begun;
/// no others are begun then. Collective; two synchronisations, and a step of a shared_counter per
/// chunk.
/// @throws argument_error for a negative n or a chunk below 1.
///
///     for_tasks(world, 1000, [&](index_t i) { access.accumulate(where(i), solve(i), op::min); });
template <class F> void for_tasks(const communicator& comm, index_t n, F&& f, index_t chunk = 1);

namespace detail {
void check_tasks(index_t n, index_t chunk);
} // namespace detail

template <class F> void for_tasks(const communicator& comm, index_t n, F&& f, index_t chunk) {
  collectively(comm, [&] { detail::check_tasks(n, chunk); });
  const shared_counter next(comm);
  collectively(comm, [&] {
    try {
      for (index_t i = next.fetch_add(chunk); i < n; i = next.fetch_add(chunk))
        for (index_t k = i; k < n && k < i + chunk; ++k) f(k);
    } catch (...) {
      next.fetch_add(n); // there is nothing left to do
      throw;
    }
  });
}

} // namespace tessera
