// deadlocks: mistakes of ranks that wait for each other, by the name of the first argument.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace tessera;

/// What rank 1 does not do.
void skip(const global_array<double, 1>& u) {
  if (u.comm().rank() != 1) sum(u);
}

/// Rank 1 makes the same calls in another order.
void order(global_array<double, 1>& u) {
  if (u.comm().rank() == 1) {
    u.update_halo();
    sum(u);
  } else {
    sum(u);
    u.update_halo();
  }
}

/// Each rank wants to receive before it sends.
void circle(const communicator& world) {
  const int next = (world.rank() + 1) % world.size();
  const int before = (world.rank() + world.size() - 1) % world.size();
  const auto received = recv<double>(world, before);
  send(world, received, next);
}

/// Rank 1 has not come yet.
void late(const communicator& world) {
  if (world.rank() == 1) std::this_thread::sleep_for(std::chrono::hours(1));
  world.barrier();
}

/// The tags of what is sent and what is received differ.
void tags(const communicator& world) {
  if (world.rank() == 0) send(world, 1.0, 1, 5);
  if (world.rank() == 1) static_cast<void>(recv<double>(world, 0, 6));
  world.barrier();
}

/// Calls that are started and waited for later, in different order.
void started(const communicator& world) {
  double value = 1;
  request a = world.rank() == 1 ? ibarrier(world) : ibcast(world, value, 0);
  request b = world.rank() == 1 ? ibcast(world, value, 0) : ibarrier(world);
  a.wait();
  b.wait();
}

/// A message that nobody receives.
void left(const communicator& world) {
  if (world.rank() == 0) send(world, 1.0, 1, 5);
  world.barrier();
}

/// What is sent is changed too early.
void changed(const communicator& world) {
  std::vector<double> row(100, 1.0);
  const int next = (world.rank() + 1) % world.size();
  request sending = isend(world, row, next);
  row[0] = 2.0;
  static_cast<void>(recv<std::vector<double>>(world, any_source));
  sending.wait();
}

/// What is received goes where a message is on its way from.
void shared(const communicator& world) {
  std::vector<double> row(100, 1.0);
  const int next = (world.rank() + 1) % world.size();
  request sending = isend(world, row, next);
  request receiving = irecv(world, row, any_source);
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string name = argc > 1 ? argv[1] : "";
    global_array<double, 1> u(process_grid<1>(world, {0}), {100}, halo<1>(1));
    u = 1.0;
    if (name == "skip") skip(u);
    if (name == "order") order(u);
    if (name == "circle") circle(world);
    if (name == "late") late(world);
    if (name == "tags") tags(world);
    if (name == "started") started(world);
    if (name == "left") left(world);
    if (name == "changed") changed(world);
    if (name == "shared") shared(world);
    return 0;
  });
}
