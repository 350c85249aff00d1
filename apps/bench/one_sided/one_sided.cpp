#include "one_sided.hpp"

#include "../measure.hpp"
#include "one_sided_peers.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/one_sided.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

class tessera_one_sided : public one_sided_way {
public:
  tessera_one_sided(const communicator& world, const one_sided_task& task, bool shared)
      : shared_((use_shared_memory(shared), shared)),
        u_(zeros(process_grid<2>(world, {0, 1}), {task.rows * world.size(), task.columns})),
        access_(u_), first_((world.rank() + 1) % world.size() * task.rows) {}
  [[nodiscard]] std::string name() const override {
    return shared_ ? "Tessera, shared memory" : "Tessera, windows";
  }
  void get(const patch& p, double* to) override {
    if (p.rows * p.columns == 1)
      *to = access_.get({first_, 0});
    else
      access_.get(box_of(p), view<double, 2>(to, {p.rows, p.columns}));
  }
  void put(const patch& p, const double* from) override {
    if (p.rows * p.columns == 1)
      access_.put({first_, 0}, *from);
    else
      access_.put(box_of(p), view<const double, 2>(from, {p.rows, p.columns}));
    if (!shared_) access_.flush_all();
  }
  void add(const patch& p, const double* from) override {
    if (p.rows * p.columns == 1)
      access_.fetch_add({first_, 0}, *from);
    else
      access_.accumulate(box_of(p), view<const double, 2>(from, {p.rows, p.columns}),
                         op::plain_sum);
  }

private:
  [[nodiscard]] box<2> box_of(const patch& p) const {
    return {{first_, 0}, {first_ + p.rows, p.columns}};
  }
  bool shared_;
  global_array<double, 2> u_;
  one_sided<double, 2> access_;
  index_t first_;
};

using all_ways = std::vector<std::unique_ptr<one_sided_way>>;

/// What was put comes back, and the sums of two.
void check(const communicator& world, one_sided_way& way, const patch& p) {
  std::vector<double> given(static_cast<std::size_t>(p.rows * p.columns));
  for (std::size_t k = 0; k < given.size(); ++k) given[k] = static_cast<double>(k % 97);
  std::vector<double> found(given.size());
  way.put(p, given.data());
  way.add(p, given.data());
  way.get(p, found.data());
  bool right = true;
  for (std::size_t k = 0; k < given.size(); ++k) right = right && found[k] == 2.0 * given[k];
  if (allreduce_min(world, right ? 1 : 0) == 0)
    throw error(error_kind::other, way.name() + " gives other elements");
}

void measure(const communicator& world, const all_ways& ways, const patch& p, const char* call,
             void (*run)(one_sided_way&, const patch&, double*), index_t repetitions) {
  std::vector<double> values(static_cast<std::size_t>(p.rows * p.columns), 1.0);
  std::vector<candidate> candidates;
  for (const auto& way : ways)
    candidates.push_back({way->name(), [&, w = way.get()] { run(*w, p, values.data()); }});
  calibrate(world.native(), candidates);
  const auto seconds = median_seconds(world.native(), candidates, repetitions);
  if (world.rank() != 0) return;
  for (std::size_t k = 0; k < ways.size(); ++k)
    std::printf("%-12s %9ld %-26s %12.3f %10.2f\n", call, p.rows * p.columns * 8,
                candidates[k].name.c_str(), seconds[k] * 1e6, seconds[k] / seconds[0]);
}

} // namespace

void run_one_sided(const communicator& world, index_t repetitions) {
  const bool shared = uses_shared_memory();
  const one_sided_task task{world.native(), 512, 1024};
  all_ways ways;
  ways.push_back(std::make_unique<tessera_one_sided>(world, task, true));
  ways.push_back(std::make_unique<tessera_one_sided>(world, task, false));
  ways.push_back(std::make_unique<window_by_hand>(task));
  for (auto& peer : make_one_sided_peers(task)) ways.push_back(std::move(peer));
  if (world.rank() == 0)
    std::printf("Elements of the next rank's, %d ranks\n%-12s %9s %-26s %12s %10s\n", world.size(),
                "", "bytes", "", "us", "to first");
  for (const patch& p : {patch{1, 1}, patch{16, 16}, patch{256, 512}}) {
    for (const auto& way : ways) check(world, *way, p);
    measure(
        world, ways, p, "get", [](auto& w, const patch& q, double* v) { w.get(q, v); },
        repetitions);
    measure(
        world, ways, p, "put", [](auto& w, const patch& q, double* v) { w.put(q, v); },
        repetitions);
    measure(
        world, ways, p, "accumulate", [](auto& w, const patch& q, double* v) { w.add(q, v); },
        repetitions);
  }
  use_shared_memory(shared);
}

} // namespace bench
