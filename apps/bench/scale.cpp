#include "scale.hpp"

#include <tessera/core/timer.hpp>
#include <tessera/core/types/number_text.hpp>
#include <tessera/distributed/plans/plans.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <algorithm>
#include <cstdio>
#include <malloc.h>
#include <string>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

using dim_list = std::vector<int>;

/// Equal blocks of a shape over a grid.
struct blocks {
  std::vector<index_t> shape;
  dim_list dims;
  detail::axes_span axes;
  detail::block_layout layout;
  std::vector<detail::axis_walk> walks;

  blocks(std::vector<index_t> sizes, dim_list grid)
      : shape(std::move(sizes)), dims(std::move(grid)) {
    std::vector<index_t> block;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      axes.emplace_back(shape[d], dims[d]);
      walks.push_back({0, 1, static_cast<int>(d)});
      block.push_back(axes[d].count(0) + 2);
    }
    layout = {0, detail::packed(block, 0).strides};
  }
  [[nodiscard]] detail::placed_view view() const {
    return {shape.size(), shape.data(), walks.data(), nullptr, &axes, layout};
  }
  [[nodiscard]] int ranks() const {
    int product = 1;
    for (const int n : dims) product *= n;
    return product;
  }
  /// A rank with neighbours on all sides.
  [[nodiscard]] int middle() const {
    dim_list coords = dims;
    for (int& c : coords) c /= 2;
    return detail::coords_to_rank(dims.size(), dims.data(), coords.data());
  }
};

std::string text_of(const dim_list& dims) { return detail::joined_text(dims, " x "); }

/// Messages that a rank with neighbours on all sides sends and receives.
void print_halo(const dim_list& dims) {
  constexpr index_t each = 100;
  std::vector<index_t> shape;
  for (const int n : dims) shape.push_back(n * each);
  const blocks b(shape, dims);
  const std::vector<detail::halo_axis> halo(dims.size(), {1, 1});
  transfer_plan plan(communicator::world(), sizeof(double));
  detail::plan_halo(plan, 0, b.middle(), {b.axes, halo, b.layout});
  std::printf("%10d %16s %10lld\n", b.ranks(), text_of(dims).c_str(),
              static_cast<long long>(plan.messages()));
}

index_t bytes_in_use() { return static_cast<index_t>(mallinfo2().uordblks); }

/// What it costs a rank to find out what it does in a redistribution.
void print_redistribution(const blocks& from, const blocks& to) {
  const int me = from.middle();
  constexpr int repetitions = 5;
  std::vector<double> seconds;
  index_t bytes = 0;
  index_t messages = 0;
  for (int r = 0; r < repetitions; ++r) {
    const index_t before = bytes_in_use();
    const timer t;
    transfer_plan plan(communicator::world(), sizeof(double));
    detail::add_copy(plan, me, to.view(), from.view());
    seconds.push_back(t.elapsed());
    bytes = bytes_in_use() - before;
    messages = plan.messages();
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%10d %16s -> %-16s %10lld %10.3f %10.1f\n", from.ranks(), text_of(from.dims).c_str(),
              text_of(to.dims).c_str(), static_cast<long long>(messages),
              seconds[repetitions / 2] * 1e3, static_cast<double>(bytes) / 1024);
}

/// Grids of about as many ranks: from square blocks to flat ones, and, in three dimensions, from
/// pencils along the last axis to pencils along the middle one.
void print_redistributions(int side) {
  const index_t n = index_t{side} * 128;
  print_redistribution({{n, n}, {side, side}}, {{n, n}, {side / 2, side * 2}});
  print_redistribution({{n, n, n}, {side, side, 1}}, {{n, n, n}, {side, 1, side}});
}

} // namespace

void run_scale() {
  std::printf("Messages that one rank sends and receives in a halo exchange, corners included\n"
              "%10s %16s %10s\n",
              "ranks", "grid", "messages");
  for (const int side : {3, 10, 32, 100, 316, 1000}) print_halo({side, side});
  for (const int side : {3, 10, 22, 46, 100}) print_halo({side, side, side});
  std::printf("\nWhat one rank spends on planning a redistribution: ms and KiB\n"
              "%10s %16s    %-16s %10s %10s %10s\n",
              "ranks", "from grid", "to grid", "messages", "ms", "KiB");
  for (const int side : {4, 32, 100, 316, 1000}) print_redistributions(side);
}

} // namespace bench
