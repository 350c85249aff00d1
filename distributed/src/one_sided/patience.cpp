#include "one_sided/patience.hpp"

#include "memory/node_flags.hpp"
#include "ranks/waits.hpp"

#include <sched.h>

namespace tessera::detail {

namespace {

constexpr int looks_at_once = 200;
constexpr int unused_message_tag = 5; // of those that MPI is asked for

} // namespace

void patience::pause() {
  if (++looks_ < looks_at_once) return relax();
  if (!waits_) waits_.emplace();
  limited_waits::check();
  int found = 0;
  check_mpi(
      MPI_Iprobe(MPI_ANY_SOURCE, unused_message_tag, comm_.native(), &found, MPI_STATUS_IGNORE),
      "MPI_Iprobe");
  sched_yield();
}

} // namespace tessera::detail
