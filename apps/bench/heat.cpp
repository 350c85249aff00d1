#include "heat.hpp"

#include "../support/json.hpp"
#include "forced_update.hpp"
#include "hand/hand_heat.hpp"
#include "heat_step.hpp"
#include "measure.hpp"
#include "triad.hpp"

#include <tessera/core/types/number_text.hpp>
#include <tessera/distributed.hpp>

#include <cmath>
#include <cstdio>
#include <string>

namespace bench {

using namespace tessera;

namespace {

/// Tessera's step, on the same cut as the hand-written one: along the first axis.
template <std::size_t N> class tessera_heat : public heat_step {
public:
  tessera_heat(const communicator& world, const shape_t<N>& shape)
      : u_(first_axis_grid(world), shape, halo<N>(1)) {
    u_.fill([](auto... index) {
      const index_t at[] = {index...};
      const index_t middle = N == 3 ? at[1] * 17 : 0;
      return static_cast<double>((at[0] * 31 + middle + at[N - 1] * 7) % 101);
    });
    v_ = u_;
  }

  [[nodiscard]] std::string name() const override { return "tessera"; }
  void step() override {
    if constexpr (N == 2)
      apply(v_, u_, [](auto c) {
        return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
      });
    else
      apply(v_, u_, [](auto c) {
        return c(0, 0, 0) + 0.1 * (c(-1, 0, 0) + c(1, 0, 0) + c(0, -1, 0) + c(0, 1, 0) +
                                   c(0, 0, -1) + c(0, 0, 1) - 6.0 * c(0, 0, 0));
      });
    std::swap(u_, v_);
  }
  void exchange() override { forced_update(u_); }
  [[nodiscard]] double sum() override { return tessera::sum(u_); }

private:
  static process_grid<N> first_axis_grid(const communicator& world) {
    grid_dims<N> dims;
    dims.fill(1);
    dims[0] = world.size();
    return process_grid<N>(world, dims);
  }

  global_array<double, N> u_;
  global_array<double, N> v_;
};

class hand_written : public heat_step {
public:
  hand_written(MPI_Comm comm, const std::vector<long>& shape) : heat_(comm, shape) {}
  [[nodiscard]] std::string name() const override { return "by hand"; }
  void step() override { heat_.step(); }
  void exchange() override { heat_.exchange(); }
  [[nodiscard]] double sum() override { return heat_.sum(); }

private:
  hand_heat heat_;
};

using contestants = std::vector<std::unique_ptr<heat_step>>;

using peers = std::vector<std::unique_ptr<peer>>;

contestants make_contestants(const communicator& world, const std::vector<long>& shape,
                             const peers& libraries) {
  contestants all;
  all.push_back(std::make_unique<hand_written>(world.native(), shape));
  if (shape.size() == 2)
    all.push_back(std::make_unique<tessera_heat<2>>(world, shape_t<2>{shape[0], shape[1]}));
  else
    all.push_back(
        std::make_unique<tessera_heat<3>>(world, shape_t<3>{shape[0], shape[1], shape[2]}));
  for (const auto& library : libraries)
    for (auto& heat : library->make_heats(world.native(), shape)) all.push_back(std::move(heat));
  return all;
}

/// All are to take the same number of steps, so that their sums can be compared.
std::vector<candidate> steps_of(const contestants& all, int steps) {
  std::vector<candidate> result;
  for (const auto& c : all)
    result.push_back({c->name(), [step = c.get()] { step->step(); }, steps});
  return result;
}

std::vector<candidate> exchanges_of(MPI_Comm comm, const contestants& all) {
  std::vector<candidate> result;
  for (const auto& c : all) result.push_back({c->name(), [step = c.get()] { step->exchange(); }});
  calibrate(comm, result);
  return result;
}

/// All have taken the same number of steps from the same field.
void check_sums(const contestants& all) {
  const double expected = all[0]->sum();
  for (const auto& c : all) {
    const double found = c->sum();
    if (!(std::abs(found - expected) <= 1e-9 * std::abs(expected)))
      throw error(error_kind::other, c->name() + " computes another field: its sum is " +
                                         std::to_string(found) + ", not " +
                                         std::to_string(expected));
  }
}

struct row {
  std::string shape;
  std::string name;
  double step;
  double exchange;
  double cells;
};

std::string text_of(const std::vector<long>& shape) { return detail::joined_text(shape, "x"); }

/// Times one field; adds a row per contestant, the hand-written one first.
void measure_shape(const communicator& world, const heat_options& options,
                   const std::vector<long>& shape, const peers& libraries, std::vector<row>& rows) {
  const contestants all = make_contestants(world, shape, libraries);
  double cells = 1;
  for (const long n : shape) cells *= static_cast<double>(n);
  const int steps = inner_repetitions(cells / world.size() * 1e-9);
  const auto step = median_seconds(world.native(), steps_of(all, steps), options.repetitions);
  const auto exchange =
      median_seconds(world.native(), exchanges_of(world.native(), all), options.repetitions);
  check_sums(all);
  for (std::size_t k = 0; k < all.size(); ++k)
    rows.push_back({text_of(shape), all[k]->name(), step[k], exchange[k], cells});
}

void print_table(const std::vector<row>& rows, double roofline) {
  std::printf("%-14s %-16s %12s %9s %9s %12s %9s\n", "field", "", "cells/s", "by hand", "roofline",
              "exchange/us", "by hand");
  const row* hand = nullptr;
  for (const row& r : rows) {
    if (hand == nullptr || r.shape != hand->shape) hand = &r;
    std::printf("%-14s %-16s %12.4g %9.3f %9.3f %12.2f %9.3f\n", r.shape.c_str(), r.name.c_str(),
                r.cells / r.step, hand->step / r.step, r.cells / r.step / roofline,
                r.exchange * 1e6, hand->exchange / r.exchange);
  }
}

void print_json(const std::vector<row>& rows, double triad_bytes_per_second) {
  apps::json all{{"triad_bytes_per_second", triad_bytes_per_second}, {"rows", apps::json::array()}};
  for (const row& r : rows)
    all["rows"].push_back({{"field", r.shape},
                           {"name", r.name},
                           {"step_seconds", r.step},
                           {"exchange_seconds", r.exchange}});
  std::puts(apps::json_line(all).c_str());
}

} // namespace

void run_heat(const communicator& world, const heat_options& options) {
  triad stream;
  const auto seconds =
      median_seconds(world.native(), {{"triad", [&] { stream.run(); }}}, options.repetitions);
  const double bandwidth = world.size() * stream.bytes() / seconds[0];
  const peers libraries = make_peers();
  std::vector<row> rows;
  for (const std::vector<long>& shape : std::vector<std::vector<long>>{
           {256, 256}, {4096, 4096}, {8192, 8192}, {64, 64, 64}, {256, 256, 256}, {400, 400, 400}})
    measure_shape(world, options, shape, libraries, rows);
  if (world.rank() != 0) return;
  if (options.json) return print_json(rows, bandwidth);
  std::printf("%d ranks; triad %.3g GB/s over all; roofline: 16 bytes per cell at that rate\n",
              world.size(), bandwidth / 1e9);
  print_table(rows, bandwidth / 16);
  if (const std::string names = peers_not_found(); !names.empty())
    std::printf("not built with: %s\n", names.c_str());
}

} // namespace bench
