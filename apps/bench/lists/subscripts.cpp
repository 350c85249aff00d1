#include "lists/subscripts.hpp"

#include "lists/hand_records.hpp"
#include "lists/hand_subscripts.hpp"
#include "lists/subscript_peers.hpp"
#include "measure.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/records.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

class tessera_subscripts {
public:
  tessera_subscripts(const communicator& world, const subscript_task& task, bool shared)
      : list_(task.list),
        vector_((use_shared_memory(shared), process_grid<1>(world)), {task.owned * world.size()}),
        values_(shape_t<1>{static_cast<index_t>(list_.size())}),
        plan_(vector_, view<const index_t, 1>(list_.data(), values_.shape())) {
    vector_.fill([](index_t i) { return value_of(i); });
  }
  // Split, as the others: without agreement on how many values there are.
  void gather() { plan_.start_gather(vector_, values_).finish(); }
  void add() { plan_.start_add(values_, vector_).finish(); }
  [[nodiscard]] bool is_right() const {
    bool all_right = true;
    for (index_t k = 0; k < values_.size(); ++k)
      all_right = all_right && values_(k) == value_of(list_[static_cast<std::size_t>(k)]);
    return all_right;
  }
  [[nodiscard]] bool has(const std::vector<double>& expected) const {
    return std::equal(expected.begin(), expected.end(), vector_.owned().data());
  }

private:
  std::vector<index_t> list_;
  global_array<double, 1> vector_;
  ndarray<double, 1> values_;
  subscript_plan<1> plan_;
};

void check(const communicator& world, bool right, const char* what) {
  if (allreduce_min(world, right ? 1 : 0) == 0)
    throw error(error_kind::other, std::string(what) + " gives other elements");
}

/// Of the next rank: every so many elements about, in ascending order.
subscript_task unstructured_halo(const communicator& world) {
  constexpr long owned = 1000000;
  constexpr long ghosts = 50000;
  std::mt19937_64 random(static_cast<unsigned>(world.rank()) + 1);
  const long first = (world.rank() + 1) % world.size() * owned;
  subscript_task task{world.native(), owned, {}};
  for (long k = 0; k < ghosts; ++k)
    task.list.push_back(first + k * (owned / ghosts) +
                        static_cast<long>(random() % (owned / ghosts)));
  return task;
}

/// Anywhere, some more than once.
subscript_task at_random(const communicator& world) {
  constexpr long owned = 1000000;
  std::mt19937_64 random(static_cast<unsigned>(world.rank()) + 1);
  subscript_task task{world.native(), owned, {}};
  for (long k = 0; k < owned; ++k)
    task.list.push_back(
        static_cast<long>(random() % static_cast<unsigned long>(owned * world.size())));
  return task;
}

void print(const communicator& world, const std::vector<candidate>& ways,
           const std::vector<timing>& times) {
  if (world.rank() != 0) return;
  for (std::size_t k = 0; k < ways.size(); ++k)
    std::printf("  %-26s %10.3f %10.3f %8.2f\n", ways[k].name.c_str(), times[k].median * 1e3,
                times[k].minimum * 1e3, times[k].minimum / times[0].minimum);
}

void measure(const communicator& world, const subscript_task& task, const char* what,
             index_t repetitions) {
  hand_subscripts hand(task);
  std::vector<std::unique_ptr<subscript_peer>> peers;
#ifdef TESSERA_HAS_PETSC
  peers.push_back(make_petsc_subscripts(task));
#endif
  tessera_subscripts by_messages(world, task, false);
  by_messages.gather(); // where blocks are shared is decided when a plan runs first
  tessera_subscripts shared(world, task, true);
  hand.gather();
  shared.gather();
  check(world, hand.is_right(), "the gather by hand");
  check(world, by_messages.is_right() && shared.is_right(), "Tessera's gather");
  hand.add();
  by_messages.add();
  shared.add();
  check(world, by_messages.has(hand.vector()) && shared.has(hand.vector()), "Tessera's sum");
  for (const bool adds : {false, true}) {
    const auto way = [adds](std::string name, auto& who) {
      return candidate{std::move(name), [adds, &who] { adds ? who.add() : who.gather(); }};
    };
    std::vector<candidate> ways{way("Isend/Irecv, by hand", hand)};
    for (const auto& peer : peers) ways.push_back(way(peer->name(), *peer));
    ways.push_back(way("Tessera, messages", by_messages));
    ways.push_back(way("Tessera, shared memory", shared));
    calibrate(world.native(), ways);
    if (world.rank() == 0)
      std::printf("%s, %s: median and least ms, to by hand\n", what, adds ? "added" : "gathered");
    print(world, ways, timings(world.native(), ways, repetitions));
  }
}

/// Another tenth of them goes to the next rank each time.
void choose_homes(std::vector<bench_particle>& mine, int rank, int ranks, long step) {
  for (bench_particle& p : mine) p.home = (p.number + step) % 10 == 0 ? (rank + 1) % ranks : rank;
}

void measure_records(const communicator& world, index_t repetitions) {
  constexpr long particles = 1000000;
  std::vector<bench_particle> of_hand(particles);
  for (long k = 0; k < particles; ++k) of_hand[static_cast<std::size_t>(k)].number = k;
  std::vector<bench_particle> of_tessera = of_hand;
  hand_records hand(world.native());
  record_mover<bench_particle> mover(world);
  long hand_step = 0;
  long tessera_step = 0;
  const auto by_hand = [&] {
    choose_homes(of_hand, world.rank(), world.size(), hand_step++);
    hand.move(of_hand);
  };
  const auto by_tessera = [&] {
    choose_homes(of_tessera, world.rank(), world.size(), tessera_step++);
    mover.move(of_tessera, [](const bench_particle& p) { return p.home; });
  };
  by_hand();
  by_tessera();
  const auto same = [](const bench_particle& a, const bench_particle& b) {
    return a.number == b.number && a.home == b.home;
  };
  check(world,
        std::equal(of_hand.begin(), of_hand.end(), of_tessera.begin(), of_tessera.end(), same),
        "Tessera's move");
  std::vector<candidate> ways{{"MPI_Alltoallv, by hand", by_hand},
                              {"Tessera, record_mover", by_tessera}};
  if (world.rank() == 0)
    std::printf("%ld particles of %zu bytes a rank, a tenth moves: median and least ms, to by "
                "hand\n",
                particles, sizeof(bench_particle));
  print(world, ways, timings(world.native(), ways, repetitions));
}

} // namespace

void run_subscripts(const communicator& world, index_t repetitions) {
  const bool shared = uses_shared_memory();
  measure(world, unstructured_halo(world), "50000 elements of another rank", repetitions);
  measure(world, at_random(world), "1000000 elements anywhere", repetitions);
  use_shared_memory(shared);
  measure_records(world, repetitions);
}

} // namespace bench
