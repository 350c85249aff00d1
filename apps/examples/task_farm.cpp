// task_farm: rank 0 gives tasks to whoever is free; the others work until there are none.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <iostream>
#include <vector>

using namespace tessera;

constexpr int tasks = 200;
enum tag { task = 1, finished = 2, stop = 3 };

/// How many steps a number takes to 1 by halving what is even, and 3 n + 1 of what is odd.
static int steps_of(long n) {
  int steps = 0;
  for (; n != 1; ++steps) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
  return steps;
}

/// A task and its result.
struct answer {
  int number;
  int steps;
};

static void work(const communicator& comm) {
  while (true) {
    incoming_message next = probe(comm, 0);
    const int number = next.recv<int>();
    if (next.tag() == stop) return;
    send(comm, answer{number, steps_of(number)}, 0, finished);
  }
}

static std::vector<int> give_out(const communicator& comm) {
  std::vector<int> steps(tasks + 1, 0);
  int given = 0;
  const auto give = [&](int worker) {
    if (given < tasks) return send(comm, ++given, worker, task);
    send(comm, 0, worker, stop);
  };
  for (int worker = 1; worker < comm.size(); ++worker) give(worker);
  for (int done = 0; done < tasks; ++done) {
    answer got{};
    const int worker = recv(comm, got, any_source, finished).source();
    steps[static_cast<std::size_t>(got.number)] = got.steps;
    give(worker);
  }
  return steps;
}

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    if (world.size() == 1) throw usage_error("task_farm needs two ranks or more");
    if (world.rank() > 0) return work(world), 0;
    const std::vector<int> steps = give_out(world);
    bool right = true;
    for (int n = 1; n <= tasks; ++n) right &= steps[static_cast<std::size_t>(n)] == steps_of(n);
    std::cout << tasks << " tasks are done: 27 takes " << steps[27] << " steps\n";
    return right ? 0 : 1;
  });
}
