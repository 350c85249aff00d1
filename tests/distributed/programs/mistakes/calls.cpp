// Calls that differ, or are left out.
#include "mistakes.hpp"

#include <tessera/distributed/messages.hpp>

using namespace tessera;

namespace {

void skip_sum(setting& s) {
  if (s.odd) return;
  sum(s.u); // rest: skip_sum
}

void skip_sum_then_barrier(setting& s) {
  if (!s.odd) sum(s.u); // rest: skip_sum_then_barrier
  s.world.barrier();    // odd: skip_sum_then_barrier
}

void sum_and_max(setting& s) {
  if (s.odd)
    max(s.u); // odd: sum_and_max
  else
    sum(s.u); // rest: sum_and_max
}

void sum_and_halo(setting& s) {
  if (s.odd)
    s.u.update_halo(); // odd: sum_and_halo
  else
    sum(s.u); // rest: sum_and_halo
}

void order(setting& s) {
  if (s.odd) {
    s.u.update_halo(); // odd: order
    sum(s.u);
  } else {
    sum(s.u); // rest: order
    s.u.update_halo();
  }
}

void skip_halo(setting& s) {
  if (!s.odd) s.u.update_halo(); // rest: skip_halo
  sum(s.u);                      // odd: skip_halo
}

void skip_redistribution(setting& s) {
  if (!s.odd) s.t(all, all) = s.u(all, all); // rest: skip_redistribution
  sum(s.t);                                  // odd: skip_redistribution
}

void another_root(setting& s) {
  double value = 1;
  bcast(s.world, value, s.odd ? 1 : 0); // both: another_root
}

void another_operation(setting& s) {
  if (s.odd)
    allreduce_max(s.world, 1.0); // odd: another_operation
  else
    allreduce_sum(s.world, 1.0); // rest: another_operation
}

void barrier_and_split(setting& s) {
  if (s.odd)
    static_cast<void>(s.world.split(0)); // odd: barrier_and_split
  else
    s.world.barrier(); // rest: barrier_and_split
}

void duplicate_and_barrier(setting& s) {
  if (s.odd)
    static_cast<void>(s.world.duplicate()); // odd: duplicate_and_barrier
  else
    s.world.barrier(); // rest: duplicate_and_barrier
}

void other_communicators(setting& s) {
  const communicator other = s.world.duplicate();
  if (s.odd)
    other.barrier(); // odd: other_communicators
  else
    s.world.barrier(); // rest: other_communicators
}

void same_call_on_two_communicators(setting& s) {
  const communicator other = s.world.duplicate();
  const communicator& chosen = s.odd ? other : s.world;
  chosen.barrier(); // both: same_call_on_two_communicators
}

void order_of_two_sums(setting& s) {
  if (s.odd) {
    sum(2.0 * s.u); // odd: order_of_two_sums
    sum(s.u);
  } else {
    sum(s.u); // rest: order_of_two_sums
    sum(2.0 * s.u);
  }
}

void order_of_started(setting& s) {
  double value = 1;
  if (s.odd) {
    request first = ibarrier(s.world); // odd: order_of_started
    request second = ibcast(s.world, value, 0);
    first.wait();
    second.wait();
  } else {
    request first = ibcast(s.world, value, 0); // rest: order_of_started
    request second = ibarrier(s.world);
    first.wait();
    second.wait();
  }
}

void started_alone(setting& s) {
  if (s.odd) {
    request done = ibarrier(s.world);
    done.wait(); // odd: started_alone
  } else {
    s.world.barrier(); // rest: started_alone
  }
}

void skip_apply(setting& s) {
  if (!s.odd) apply(s.w, s.u, [](auto c) { return c(0, 0) + c(-1, 0); }); // rest: skip_apply
  sum(s.w);                                                               // odd: skip_apply
}

void other_steps(setting& s) {
  const index_t steps = s.odd ? 10 : 20;
  iterate(s.u, s.w, steps, [](auto c) { return 0.5 * (c(-1, 0) + c(1, 0)); }); // both: other_steps
}

/// Nobody waits in vain, and each rank gets what it asks for.
void sum_and_mean(setting& s) {
  if (s.odd)
    mean(s.u);
  else
    sum(s.u);
}

void order_of_sum_and_max(setting& s) {
  if (s.odd) {
    max(s.u); // odd: order_of_sum_and_max
    sum(s.u);
  } else {
    sum(s.u); // rest: order_of_sum_and_max
    max(s.u);
  }
}

} // namespace

mistakes mistakes_of_calls() {
  return {
      {"skip_sum", skip_sum},
      {"skip_sum_then_barrier", skip_sum_then_barrier},
      {"sum_and_max", sum_and_max},
      {"sum_and_halo", sum_and_halo},
      {"order", order},
      {"skip_halo", skip_halo},
      {"skip_redistribution", skip_redistribution},
      {"another_root", another_root},
      {"another_operation", another_operation},
      {"barrier_and_split", barrier_and_split},
      {"duplicate_and_barrier", duplicate_and_barrier},
      {"other_communicators", other_communicators},
      {"same_call_on_two_communicators", same_call_on_two_communicators},
      {"order_of_two_sums", order_of_two_sums},
      {"order_of_started", order_of_started},
      {"started_alone", started_alone},
      {"skip_apply", skip_apply},
      {"other_steps", other_steps},
      {"sum_and_mean", sum_and_mean},
      {"order_of_sum_and_max", order_of_sum_and_max},
  };
}
