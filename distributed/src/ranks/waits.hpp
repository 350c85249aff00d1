// Waits that end: for a limited time where an exception ends what was started, and without leaving
// requests behind that touch freed memory.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstddef>
#include <exception>

#include <mpi.h>

namespace tessera::detail {

/// The time of a limited wait is up.
struct waited_in_vain : std::exception {
  [[nodiscard]] const char* what() const noexcept override {
    return "the other ranks did not take part in what an exception interrupted";
  }
};

/// As long as it lives, waits of transfers throw `waited_in_vain` when their time is up: half a
/// second for all that one exception ends, since its message is to be seen soon.
class limited_waits {
public:
  limited_waits() noexcept;
  limited_waits(const limited_waits&) = delete;
  limited_waits& operator=(const limited_waits&) = delete;
  ~limited_waits();
  static bool are_on() noexcept;
  /// Throws when the time is up. Does nothing where waits are not limited.
  static void check();
  /// Once others were late, no limited wait waits for them; a new transfer waits again.
  static void forget() noexcept;
};

/// MPI_Waitall for requests that move so many bytes.
void wait_for_all(MPI_Request* requests, std::size_t count, index_t bytes);

/// The same of MPI_Waitany: the number of a request that has ended, or MPI_UNDEFINED where all had.
int wait_for_any(MPI_Request* requests, std::size_t count, index_t bytes);

/// Ends requests that nobody waits for any more: cancels them, and gives those a moment that cannot
/// be cancelled. As long as one is pending, no memory of arrays is freed or used again.
void abandon(MPI_Request* requests, std::size_t count);

/// Lets memory be used again once all abandoned requests have ended.
void look_after_abandoned();

} // namespace tessera::detail
