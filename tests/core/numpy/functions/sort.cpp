// Sorting, searching, sets.
#include "function.hpp"

#include <tessera/core/selection/search.hpp>

using namespace tessera;

namespace {

const add_function call_sort("sort", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  in.array_of<2, double, float, std::int8_t, unsigned short, int, std::uint64_t, bool>(
      [&](const auto& a) {
        out(sort(a, axis(axis_of)));
        out(argsort(a, axis(axis_of)));
        sort_in_place(a, axis(axis_of));
        out(a);
      });
});

const add_function call_partition("partition", [](arguments& in, results& out) {
  const index_t k = in.integer();
  const index_t axis_of = in.integer();
  const auto a = in.array<double, 2>();
  out(partition(a.elements, k, axis(axis_of)));
});

const add_function call_lexsort("lexsort", [](arguments& in, results& out) {
  const auto first = in.array<double, 1>();
  const auto second = in.array<int, 1>();
  out(lexsort(first.elements, second.elements));
});

const add_function call_searchsorted("searchsorted", [](arguments& in, results& out) {
  in.array_of<1, double, int>([&](const auto& sorted) {
    const auto values = in.array<double, 2>();
    out(searchsorted(sorted, values.elements));
    out(searchsorted(sorted, values.elements, side::right));
  });
});

const add_function call_unique("unique", [](arguments& in, results& out) {
  in.array_of<2, double, int>([&](const auto& a) {
    out(unique(a));
    const auto all_of = unique_all(a);
    out(all_of.values);
    out(all_of.indices);
    out(all_of.inverse);
    out(all_of.counts);
  });
});

const add_function call_sets("sets", [](arguments& in, results& out) {
  const auto a = in.array<double, 1>();
  const auto b = in.array<int, 1>();
  out(isin(a.elements, b.elements));
  out(union1d(a.elements, b.elements));
  out(intersect1d(a.elements, b.elements));
  out(setdiff1d(a.elements, b.elements));
});

} // namespace
