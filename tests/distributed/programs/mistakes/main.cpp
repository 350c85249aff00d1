// A program in which one rank does something else than the others, in the way its first argument
// names; the second is that rank. For mistakes.py, which finds the lines of `odd` and `rest` by the
// marks in the comments.

#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/io.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

using namespace tessera;

namespace {

/// What every case finds.
struct setting {
  communicator& world;
  int odd_rank;
  bool odd = world.rank() == odd_rank;
  process_grid<2> rows{world, {0, 1}};
  process_grid<2> columns{world, {1, 0}};
  global_array<double, 2> u{rows, {24, 36}, halo<2>(1)};
  global_array<double, 2> w{rows, {24, 36}, halo<2>(1)};
  global_array<double, 2> t{columns, {24, 36}};
  global_array<double, 2> small{rows, {12, 36}, halo<2>(1)};
  global_array<float, 2> f{rows, {24, 36}, halo<2>(1)};
};

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

void halo_of_another_array(setting& s) {
  if (s.odd)
    s.w.update_halo(); // odd: halo_of_another_array
  else
    s.u.update_halo(); // rest: halo_of_another_array
}

void halo_of_another_shape(setting& s) {
  if (s.odd)
    s.small.update_halo(); // odd: halo_of_another_shape
  else
    s.u.update_halo(); // rest: halo_of_another_shape
}

void new_array_of_another_shape(setting& s) {
  const index_t columns = s.odd ? 36 : 40;
  const global_array<double, 2> x(s.rows, {24, columns}); // both: new_array_of_another_shape
}

void new_array_of_another_type(setting& s) {
  if (s.odd)
    const global_array<float, 2> x(s.rows, {24, 36}); // odd: new_array_of_another_type
  else
    const global_array<double, 2> x(s.rows, {24, 36}); // rest: new_array_of_another_type
}

void sum_of_another_type(setting& s) {
  if (s.odd)
    sum(s.f); // odd: sum_of_another_type
  else
    sum(s.u); // rest: sum_of_another_type
}

void another_slice(setting& s) {
  const index_t end = s.odd ? 12 : 24;
  sum(s.u(slice(0, end), all)); // both: another_slice
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

void another_name_of_a_file(setting& s) {
  if (s.odd)
    save_npy("mistake1.npy", s.u); // odd: another_name_of_a_file
  else
    save_npy("mistake2.npy", s.u); // rest: another_name_of_a_file
}

void skip_npy(setting& s) {
  if (!s.odd) save_npy("mistake3.npy", s.u); // rest: skip_npy
  sum(s.u);                                  // odd: skip_npy
}

void skip_dataset(setting& s) {
  hdf5_file file = hdf5_file::create(s.world, "mistake4.h5");
  if (!s.odd) file.write("a", s.u); // rest: skip_dataset
  file.commit();                    // odd: skip_dataset
}

void skip_checkpoint(setting& s) {
  checkpoint saved("mistake5");
  if (!s.odd) saved.save(1, {{"u", s.u}}); // rest: skip_checkpoint
  sum(s.u);                                // odd: skip_checkpoint
}

void skip_apply(setting& s) {
  if (!s.odd) apply(s.w, s.u, [](auto c) { return c(0, 0) + c(-1, 0); }); // rest: skip_apply
  sum(s.w);                                                               // odd: skip_apply
}

void other_steps(setting& s) {
  const index_t steps = s.odd ? 10 : 20;
  iterate(s.u, s.w, steps, [](auto c) { return 0.5 * (c(-1, 0) + c(1, 0)); }); // both: other_steps
}

void exits(setting& s) {
  if (s.odd) std::exit(0);
  sum(s.u); // rest: exits
}

void throws(setting& s) {
  if (s.odd) throw std::runtime_error("the odd rank throws");
  sum(s.u);
}

void computes(setting& s) {
  if (s.odd)
    while (true) std::this_thread::sleep_for(std::chrono::seconds(1)); // odd: computes
  sum(s.u);                                                            // rest: computes
}

void waits_in_mpi(setting& s) {
  MPI_Status status;
  if (s.odd) MPI_Probe(MPI_ANY_SOURCE, 9, MPI_COMM_WORLD, &status); // odd: waits_in_mpi
  sum(s.u);                                                         // rest: waits_in_mpi
}

void receives_meanwhile(setting& s) {
  double value = 0;
  if (s.odd)
    recv(s.world, value, (s.odd_rank + 1) % s.world.size(), 5); // odd: receives_meanwhile
  else
    sum(s.u); // rest: receives_meanwhile
}

void circle(setting& s) {
  const int next = (s.world.rank() + 1) % s.world.size();
  double value = 0;
  recv(s.world, value, next, 7); // each: circle
}

void wrong_tag(setting& s) {
  double value = 0;
  if (s.odd) {
    send(s.world, value, (s.odd_rank + 1) % s.world.size(), 3);
    s.world.barrier(); // odd: wrong_tag
  } else if (s.world.rank() == (s.odd_rank + 1) % s.world.size()) {
    recv(s.world, value, s.odd_rank, 4); // each: wrong_tag
  } else {
    s.world.barrier(); // rest: wrong_tag
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

/// Starting waits for nobody: the message comes before the other rank starts the call.
void message_between_starts(setting& s) {
  const int next = (s.odd_rank + 1) % s.world.size();
  if (s.world.rank() == next) static_cast<void>(recv<double>(s.world, s.odd_rank, 1));
  request done = ibarrier(s.world);
  if (s.odd) send(s.world, 1.0, next, 1);
  done.wait();
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

void message_left(setting& s) {
  if (s.odd) send(s.world, 1.0, (s.odd_rank + 1) % s.world.size(), 6);
  s.world.barrier();
}

void request_dropped(setting& s) {
  const int next = (s.odd_rank + 1) % s.world.size();
  double value = 0;
  if (s.odd) {
    const request dropped = irecv(s.world, value, next, 2);
  } // odd: request_dropped
  if (s.world.rank() == next) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    send(s.world, value, s.odd_rank, 2);
  }
}

void transfer_dropped(setting& s) {
  { const transfer dropped = s.u.start_halo(); } // both: transfer_dropped
  sum(s.u);
}

/// Late in the call in which the others wait, for longer than the deadline.
void slow_in_a_call(setting& s) {
  bool has_slept = !s.odd;
  s.u.fill([&](index_t i, index_t j) {
    if (!has_slept) std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    has_slept = true;
    return static_cast<double>(i + j);
  });
}

/// Waits for a message of a rank that computes for longer than the deadline.
void slow_sender(setting& s) {
  const int next = (s.odd_rank + 1) % s.world.size();
  if (s.odd) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    send(s.world, 1.0, next, 1);
  }
  if (s.world.rank() == next) static_cast<void>(recv<double>(s.world, s.odd_rank, 1));
}

void late(setting& s) {
  if (s.odd) std::this_thread::sleep_for(std::chrono::milliseconds(600));
  sum(s.u);
}

void none(setting& s) {
  sum(s.u);
  s.u.update_halo();
  s.t(all, all) = s.u(all, all);
}

const std::map<std::string, void (*)(setting&)> cases = {
    {"skip_sum", skip_sum},
    {"skip_sum_then_barrier", skip_sum_then_barrier},
    {"sum_and_max", sum_and_max},
    {"sum_and_halo", sum_and_halo},
    {"order", order},
    {"skip_halo", skip_halo},
    {"skip_redistribution", skip_redistribution},
    {"halo_of_another_array", halo_of_another_array},
    {"halo_of_another_shape", halo_of_another_shape},
    {"new_array_of_another_shape", new_array_of_another_shape},
    {"new_array_of_another_type", new_array_of_another_type},
    {"sum_of_another_type", sum_of_another_type},
    {"another_slice", another_slice},
    {"another_root", another_root},
    {"another_operation", another_operation},
    {"barrier_and_split", barrier_and_split},
    {"duplicate_and_barrier", duplicate_and_barrier},
    {"other_communicators", other_communicators},
    {"another_name_of_a_file", another_name_of_a_file},
    {"skip_npy", skip_npy},
    {"skip_dataset", skip_dataset},
    {"skip_checkpoint", skip_checkpoint},
    {"skip_apply", skip_apply},
    {"other_steps", other_steps},
    {"exits", exits},
    {"throws", throws},
    {"computes", computes},
    {"waits_in_mpi", waits_in_mpi},
    {"receives_meanwhile", receives_meanwhile},
    {"circle", circle},
    {"wrong_tag", wrong_tag},
    {"order_of_started", order_of_started},
    {"started_alone", started_alone},
    {"message_between_starts", message_between_starts},
    {"same_call_on_two_communicators", same_call_on_two_communicators},
    {"order_of_two_sums", order_of_two_sums},
    {"message_left", message_left},
    {"request_dropped", request_dropped},
    {"transfer_dropped", transfer_dropped},
    {"slow_in_a_call", slow_in_a_call},
    {"slow_sender", slow_sender},
    {"late", late},
    {"none", none},
};

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    setting s{world, std::atoi(argv[2])};
    s.u = 1.0;
    s.w = 2.0;
    s.small = 3.0;
    s.f = 4.0F;
    cases.at(argv[1])(s);
    return 0;
  });
}
