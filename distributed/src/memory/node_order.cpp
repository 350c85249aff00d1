#include "memory/node_order.hpp"

#include <utility>

namespace tessera::detail {

namespace {

constexpr int begin_tag = 6; // transfers have others
constexpr int end_tag = 7;

void tell(const communicator& comm, int peer, int tag) {
  check_mpi(MPI_Send(nullptr, 0, MPI_BYTE, peer, tag, comm.native()), "MPI_Send");
}

void hear(const communicator& comm, int peer, int tag) {
  check_mpi(MPI_Recv(nullptr, 0, MPI_BYTE, peer, tag, comm.native(), MPI_STATUS_IGNORE),
            "MPI_Recv");
}

} // namespace

ordered_lock::ordered_lock(const communicator& comm, std::vector<int> node, std::mutex& mutex)
    : comm_(comm), node_(std::move(node)), lock_(mutex, std::defer_lock) {
  const int first = node_.front();
  if (comm_.rank() != first) hear(comm_, first, begin_tag);
  lock_.lock();
  if (comm_.rank() != first) return;
  for (const int peer : node_)
    if (peer != first) tell(comm_, peer, begin_tag);
}

ordered_lock::~ordered_lock() {
  const int first = node_.front();
  try {
    if (comm_.rank() != first) tell(comm_, first, end_tag);
    for (const int peer : node_)
      if (comm_.rank() == first && peer != first) hear(comm_, peer, end_tag);
  } catch (...) { // a failed call cannot be reported from here; the next one will fail too
  }
}

} // namespace tessera::detail
