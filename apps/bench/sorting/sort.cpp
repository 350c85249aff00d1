#include "sorting/sort.hpp"

#include "measure.hpp"
#include "sorting/hand_sort.hpp"
#include "sorting/sort_peers.hpp"

#include <tessera/distributed.hpp>
#include <tessera/distributed/sorting.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

void draw(global_array<double, 1>& u, bool /*few*/) { generator(1).normal(0.0, 1e18, u); }
void draw(global_array<std::int64_t, 1>& u, bool few) {
  constexpr std::int64_t many = std::int64_t{1} << 62;
  generator(1).integers(few ? 0 : -many, few ? 1000 : many, u);
}

/// The same numbers over the ranks, and all of them on rank 0.
template <class T> struct numbers {
  numbers(const communicator& world, index_t n, bool few)
      : u(process_grid<1>(world, {world.size()}), {n}) {
    draw(u, few);
    whole = u.gather(0);
  }
  global_array<T, 1> u;
  ndarray<T, 1> whole;
};

void print_row(const std::string& what, const std::vector<candidate>& ways,
               const std::vector<double>& seconds) {
  std::printf("%-16s", what.c_str());
  for (std::size_t k = 0; k < ways.size(); ++k)
    std::printf("  %s %.1f ms", ways[k].name.c_str(), seconds[k] * 1e3);
  std::printf("; over ranks against");
  for (std::size_t k = 1; k < ways.size(); ++k)
    std::printf(" %s %.2f", ways[k].name.c_str(), seconds[k] / seconds[0]);
  std::printf("\n");
  std::fflush(stdout);
}

/// Ways that only rank 0 goes are nothing on the others.
void measure(const communicator& world, const std::string& what, const std::string& task,
             std::vector<candidate> ways, index_t repetitions) {
  if (world.rank() == 0) {
    for (candidate& peer : make_sort_peers(task)) ways.push_back(std::move(peer));
  }
  auto count = static_cast<index_t>(ways.size());
  broadcast(world, &count, 1, 0);
  while (static_cast<index_t>(ways.size()) < count)
    ways.push_back({"NumPy", nullptr, 1, [](int) { return 0.0; }});
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  if (world.rank() == 0) print_row(what, ways, seconds);
}

template <class F> candidate on_rank_0(const communicator& world, const char* name, F f) {
  if (world.rank() != 0) return {name, [] {}};
  return {name, f};
}

template <class T>
void measure_sort(const communicator& world, const char* type, index_t n, index_t repetitions) {
  const numbers<T> a(world, n, false);
  const view<const T, 1> own = a.u.owned();
  const auto size = static_cast<std::size_t>(own.size());
  measure(world, std::string("sort ") + type, "sort " + std::string(type) + ' ' + std::to_string(n),
          {{"over ranks", [&] { (void)sort(a.u); }},
           on_rank_0(world, "one rank", [&] { (void)sort(a.whole); }),
           {"by hand", [&] { (void)hand_sort(world.native(), own.data(), size); }},
           on_rank_0(world, "std::sort",
                     [&] {
                       auto copy = a.whole;
                       std::sort(copy.data(), copy.data() + copy.size());
                     })},
          repetitions);
}

} // namespace

void run_sort(const communicator& world, index_t size, index_t repetitions) {
  if (world.rank() == 0)
    std::printf("Sorting %lld numbers over %d ranks, medians; \"one rank\" is Tessera's local "
                "function on all of them\n",
                static_cast<long long>(size), world.size());
  measure_sort<double>(world, "float64", size, repetitions);
  measure_sort<std::int64_t>(world, "int64", size, repetitions);
  const std::string count = std::to_string(size);
  {
    const numbers<double> a(world, size, false);
    measure(world, "argsort float64", "argsort float64 " + count,
            {{"over ranks", [&] { (void)argsort(a.u); }},
             on_rank_0(world, "one rank", [&] { (void)argsort(a.whole); })},
            repetitions);
  }
  const numbers<std::int64_t> few(world, size, true);
  measure(world, "unique of 1000", "unique int64 " + count,
          {{"over ranks", [&] { (void)unique(few.u); }},
           on_rank_0(world, "one rank", [&] { (void)unique(few.whole); })},
          repetitions);
}

} // namespace bench
