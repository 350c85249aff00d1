#include "measuring/clock_alignment.hpp"

#include <tessera/core/timer.hpp>

#include <cmath>
#include <limits>

namespace tessera::detail {

namespace {

constexpr int clock_tag = 2;
constexpr int rounds = 20; // there and back, of which the shortest counts

clock_offset start_offset;

/// Rank 0 answers with its time.
void answer(const communicator& comm, int peer) {
  for (int k = 0; k < rounds; ++k) {
    check_mpi(MPI_Recv(nullptr, 0, MPI_BYTE, peer, clock_tag, comm.native(), MPI_STATUS_IGNORE),
              "MPI_Recv");
    const double now = perf_counter();
    check_mpi(MPI_Send(&now, 1, MPI_DOUBLE, peer, clock_tag, comm.native()), "MPI_Send");
  }
}

clock_offset ask(const communicator& comm) {
  double shortest = std::numeric_limits<double>::infinity();
  clock_offset best;
  for (int k = 0; k < rounds; ++k) {
    const double sent = perf_counter();
    double there = 0;
    check_mpi(MPI_Send(nullptr, 0, MPI_BYTE, 0, clock_tag, comm.native()), "MPI_Send");
    check_mpi(MPI_Recv(&there, 1, MPI_DOUBLE, 0, clock_tag, comm.native(), MPI_STATUS_IGNORE),
              "MPI_Recv");
    const double received = perf_counter();
    if (received - sent >= shortest) continue;
    shortest = received - sent;
    best = {received, 0.5 * (sent + received) - there};
  }
  if (std::abs(best.seconds) <= 0.5 * shortest) best.seconds = 0;
  return best;
}

} // namespace

clock_offset measured_offset(const communicator& comm) {
  if (comm.rank() != 0) return ask(comm);
  for (int peer = 1; peer < comm.size(); ++peer) answer(comm, peer);
  return {perf_counter(), 0};
}

void align_clocks_at_start(const communicator& comm) {
  start_offset = measured_offset(comm.duplicate());
}

clock_offset offset_at_start() { return start_offset; }

double aligned(double reading, const clock_offset& first, const clock_offset& last) {
  const double span = last.at - first.at;
  const double rate = span > 0 ? (last.seconds - first.seconds) / span : 0;
  return reading - (first.seconds + rate * (reading - first.at));
}

} // namespace tessera::detail
