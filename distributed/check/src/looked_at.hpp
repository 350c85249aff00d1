// How a wrapper looks at a call and makes it.
#pragma once

#include "agreement.hpp"
#include "counted_call.hpp"
#include "raw_wait.hpp"
#include "session.hpp"
#include "started_calls.hpp"

#include <exception>
#include <optional>

#include <mpi.h>

/// Of the wrapper itself: where the program goes on.
#define TESSERA_CALLER __builtin_return_address(0)

namespace tessera::detail {

/// What fails in the comparison is an error of MPI, in a call that the program did not make.
[[noreturn]] void end_after(const char* call, const std::exception& failure);

/// A call of all ranks of a communicator: compared, then made. `describe(operands&)` gives its
/// operands, `make()` makes it.
template <class Describe, class Make>
int looked_at_collective(const void* caller, const char* call, MPI_Comm comm,
                         const Describe& describe, const Make& make) {
  if (!is_looked_at(caller)) return make();
  const inside here;
  const counted_call counted(call, caller, true);
  counted.add_collective();
  const raw_wait wait(call);
  try {
    const hidden_communicator* const hidden = is_checking() ? hidden_of(comm) : nullptr;
    if (hidden != nullptr && hidden->compares()) {
      operands mine(call, hidden->rank, false);
      describe(mine);
      const auto again = [](const void* context, operands& of) {
        (*static_cast<const Describe*>(context))(of);
      };
      compare_call(*hidden, mine, {again, &describe});
    }
  } catch (const std::exception& failure) {
    end_after(call, failure);
  }
  return make();
}

/// A call of all ranks that is compared by its place in the order alone.
template <class Make>
int looked_at_collective(const void* caller, const char* call, MPI_Comm comm, const Make& make) {
  return looked_at_collective(
      caller, call, comm, [](operands&) {}, make);
}

/// A call of all ranks of something whose communicator is not known: waits are watched.
template <class Make>
int watched_collective(const void* caller, const char* call, const Make& make) {
  if (!is_looked_at(caller)) return make();
  const inside here;
  const counted_call counted(call, caller, true);
  counted.add_collective();
  const raw_wait wait(call);
  return make();
}

/// A collective call that is started: compared when its request is waited for.
template <class Describe, class Make>
int looked_at_start(const void* caller, const char* call, MPI_Comm comm, const MPI_Request* request,
                    const Describe& describe, const Make& make) {
  if (!is_looked_at(caller)) return make();
  const inside here;
  const counted_call counted(call, caller, false);
  counted.add_collective();
  try {
    std::optional<started_collective> started;
    {
      const raw_wait wait(call); // the first one on a communicator is a call of all ranks
      const hidden_communicator* const hidden = is_checking() ? hidden_of(comm) : nullptr;
      if (hidden != nullptr && hidden->compares()) {
        operands mine(call, hidden->rank, true);
        describe(mine);
        started.emplace(*hidden, mine);
      }
    }
    const int code = make();
    if (started && code == MPI_SUCCESS) started->belongs_to(*request);
    return code;
  } catch (const std::exception& failure) {
    end_after(call, failure);
  }
}

/// A call that waits for a message. `make(counted_call&)` makes it and counts it.
template <class Make>
int looked_at_message(const void* caller, const char* call, direction way, MPI_Comm comm, int peer,
                      int tag, const Make& make) {
  if (!is_looked_at(caller)) return make(counted_call());
  const inside here;
  const counted_call counted(call, caller, true);
  if (peer == MPI_PROC_NULL || !is_checking()) return make(counted);
  const raw_wait wait(call, way, rank_of_world(comm, peer), tag);
  return make(counted);
}

/// A message that is started.
template <class Make>
int looked_at_request(const void* caller, const char* call, direction way, MPI_Comm comm, int peer,
                      int tag, const MPI_Request* request, const Make& make) {
  if (!is_looked_at(caller)) return make(counted_call());
  const inside here;
  const counted_call counted(call, caller, false);
  const int code = make(counted);
  if (code == MPI_SUCCESS) note_started(*request, way, comm, peer, tag);
  return code;
}

} // namespace tessera::detail
