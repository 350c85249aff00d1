// Requests of the program's that are under way: messages, for what is told of a wait, and
// collective calls, which the ranks compare.
#pragma once

#include "hidden_communicator.hpp"
#include "operands.hpp"
#include "raw_wait.hpp"

#include <mpi.h>

namespace tessera::detail {

/// A message has been started.
void note_started(MPI_Request request, direction way, MPI_Comm comm, int peer, int tag);
/// A collective call is started: compared without waiting for anybody. Before it is; the request
/// follows.
class started_collective {
public:
  started_collective(const hidden_communicator& hidden, const operands& mine);
  void belongs_to(MPI_Request request);

private:
  struct state;
  state* state_;
};
/// It has ended, or is nobody's any more.
void forget_started(MPI_Request request);

/// What one of the requests waits for.
struct started_wait {
  direction way = direction::both;
  MPI_Comm comm = MPI_COMM_NULL;
  int peer = -1;
  int tag = -1;
  bool is_message = false;
  bool is_collective = false;
};
started_wait what_is_awaited(int count, const MPI_Request* requests);
inline started_wait what_is_awaited(MPI_Request request) { return what_is_awaited(1, &request); }

/// Is a collective call among the requests?
bool has_collective(int count, const MPI_Request* requests);
/// Have all ranks started the call of this request? True of a message. Ends the job where they
/// started different ones.
bool is_agreed(MPI_Request request, bool blocking);

} // namespace tessera::detail
