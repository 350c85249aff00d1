#include "described.hpp"

#include "signature.hpp"

namespace tessera::detail {

namespace {

int rank_in(MPI_Comm comm) {
  int rank = 0;
  PMPI_Comm_rank(comm, &rank);
  return rank;
}

} // namespace

int size_of(MPI_Comm comm) {
  int size = 0;
  PMPI_Comm_size(comm, &size);
  return size;
}

// What the root gives for each rank is what each of the others gives.
void describe_to_root(operands& given, MPI_Comm comm, const void* /*from*/, even_share sent,
                      even_share received, int root) {
  const even_share mine = rank_in(comm) == root ? received : sent;
  given.elements(mine.count, mine.type).root(root);
}

void describe_from_root(operands& given, MPI_Comm comm, const void* /*into*/, even_share sent,
                        even_share received, int root) {
  const even_share mine = rank_in(comm) == root ? sent : received;
  given.elements(mine.count, mine.type).root(root);
}

void describe_gatherv(operands& given, MPI_Comm comm, const void* from, even_share sent,
                      uneven_share received, int root) {
  given.root(root);
  const int rank = rank_in(comm);
  if (from != MPI_IN_PLACE) given.sends(root, sent.count, sent.type);
  if (rank != root) return;
  for (int peer = 0; peer < size_of(comm); ++peer)
    if (peer != rank || from != MPI_IN_PLACE)
      given.receives(peer, received.counts[peer], received.type);
}

void describe_scatterv(operands& given, MPI_Comm comm, const void* into, uneven_share sent,
                       even_share received, int root) {
  given.root(root);
  const int rank = rank_in(comm);
  if (into != MPI_IN_PLACE) given.receives(root, received.count, received.type);
  if (rank != root) return;
  for (int peer = 0; peer < size_of(comm); ++peer)
    if (peer != rank || into != MPI_IN_PLACE) given.sends(peer, sent.counts[peer], sent.type);
}

void describe_all(operands& given, const void* from, even_share sent, even_share received) {
  const even_share mine = from == MPI_IN_PLACE ? received : sent;
  given.elements(mine.count, mine.type);
  if (mine.count == received.count && mine.type == received.type) return;
  if (signature_of(mine.count, mine.type) != signature_of(received.count, received.type))
    given.elements(received.count, received.type);
}

void describe_allgatherv(operands& given, MPI_Comm comm, const void* from, even_share sent,
                         uneven_share received) {
  const int size = size_of(comm);
  const int rank = rank_in(comm);
  for (int peer = 0; peer < size; ++peer) {
    if (from != MPI_IN_PLACE) given.sends(peer, sent.count, sent.type);
    // Those that receive into place send what they receive.
    if (from == MPI_IN_PLACE) given.sends(peer, received.counts[rank], received.type);
    given.receives(peer, received.counts[peer], received.type);
  }
}

void describe_alltoallv(operands& given, MPI_Comm comm, const void* from, uneven_share sent,
                        uneven_share received) {
  if (from == MPI_IN_PLACE) sent = received;
  for (int peer = 0; peer < size_of(comm); ++peer) {
    given.sends(peer, sent.counts[peer], sent.type);
    given.receives(peer, received.counts[peer], received.type);
  }
}

void describe_alltoallw(operands& given, MPI_Comm comm, const void* from, typed_share sent,
                        typed_share received) {
  if (from == MPI_IN_PLACE) sent = received;
  for (int peer = 0; peer < size_of(comm); ++peer) {
    given.sends(peer, sent.counts[peer], sent.types[peer]);
    given.receives(peer, received.counts[peer], received.types[peer]);
  }
}

} // namespace tessera::detail
