/// @file
/// The smallest, the largest and the k-th of a global array: `partition`, `topk`.
#pragma once

#include <tessera/distributed/collective/moves.hpp>
#include <tessera/distributed/sorting/sort.hpp>

namespace tessera {

namespace detail {

/// How many of a rank's elements are smaller than the pivot, and how many equal it.
struct pivot_counts {
  index_t smaller;
  index_t equal;
};

/// What a rank proposes as a pivot: the middle of its elements that are still looked at.
template <class T> struct pivot_proposal {
  index_t weight;
  T value;
};

/// The weighted median of proposals, by the order of `sort`.
template <class T> T median_of(std::vector<pivot_proposal<T>> proposals) {
  std::erase_if(proposals, [](const auto& p) { return p.weight == 0; });
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const auto& a, const auto& b) { return sorts_before(a.value, b.value); });
  index_t weight = 0;
  for (const auto& p : proposals) weight += p.weight;
  index_t passed = 0;
  for (const auto& p : proposals)
    if ((passed += p.weight) * 2 >= weight) return p.value;
  return proposals.back().value;
}

pivot_counts sum_of_counts(const communicator& comm, const pivot_counts& mine);

/// Parts the elements of each rank into those smaller than the k-th of all, equal, and larger.
template <class T>
pivot_counts part_around_kth(const communicator& comm, const view<T, 1>& mine, index_t k) {
  const sort_order less;
  T* low = mine.data();
  T* high = low + mine.size();
  while (true) {
    pivot_proposal<T> proposal{high - low, T{}};
    if (low < high) {
      T* const middle = low + (high - low) / 2;
      std::nth_element(low, middle, high, less);
      proposal.value = *middle;
    }
    const T pivot = median_of(allgather(comm, proposal));
    T* const equal = std::partition(low, high, [&](const T& x) { return less(x, pivot); });
    T* const larger = std::partition(equal, high, [&](const T& x) { return !less(pivot, x); });
    const pivot_counts all = sum_of_counts(comm, {equal - low, larger - equal});
    if (k >= all.smaller && k < all.smaller + all.equal)
      return {equal - mine.data(), larger - equal};
    if (k < all.smaller) {
      high = equal;
    } else {
      low = larger;
      k -= all.smaller + all.equal;
    }
  }
}

/// Where the parts of the ranks go: first what is smaller, then what is equal, then the others.
axis_segments parted_axis(const std::vector<pivot_counts>& ranks,
                          const std::vector<index_t>& boundaries);

} // namespace detail

/// A copy in which the element at k is what it would be if sorted, smaller ones come before it, and
/// others after it; in equal blocks. Collective. Elements are looked at a few times, and travel
/// once; two small messages for each halving of their number. It takes one array beside elements
/// and result.
/// @throws index_error on all ranks for k outside the array.
template <global_operand A>
requires(A::ndim == 1) auto partition(const A& a, index_t k) {
  using T = typename A::value_type;
  k = detail::checked_kth(k, a.shape()[0]);
  global_array<T, 1> elements = detail::elements_in_order(a);
  const communicator& comm = elements.comm();
  const auto counts =
      allgather(comm, detail::part_around_kth(comm, detail::writable_part(elements), k));
  auto result = detail::array_beside<T, 1>(elements.view().node().ref(), elements.shape());
  const detail::global_node<T, 1> from = elements.view().node();
  const detail::global_node<T, 1> to = result.view().node();
  const auto boundaries = detail::boundaries_of(elements.distribution().axis(0), comm.size());
  detail::array_copies copies(to.ref());
  copies.add(from.ref(), {detail::parted_axis(counts, boundaries)});
  copies.run();
  return result;
}

namespace detail {

/// What all ranks have, one after another, on all ranks.
template <class T>
std::vector<T> gathered_lists(const communicator& comm, const std::vector<T>& mine) {
  const std::vector<index_t> counts = allgather(comm, static_cast<index_t>(mine.size()));
  index_t total = 0;
  for (const index_t n : counts) total += n;
  std::vector<T> all(static_cast<std::size_t>(total));
  allgatherv(comm, mine, all, counts);
  return all;
}

} // namespace detail

/// The k largest elements, the largest first, or the k smallest, and where they are in row-major
/// order, on all ranks; of equal ones, those that come first. NaN is larger than all. Collective;
/// an Allgather of k elements of each rank.
/// @throws argument_error on all ranks unless there are so many elements.
///
///     const auto [values, places] = topk(energy, 10);
template <global_operand A> auto topk(const A& a, index_t k, topk_end from = topk_end::largest) {
  using T = typename A::value_type;
  detail::check_topk(k, size_of(a.shape()));
  return detail::with_own_in_order(a, [&](const auto& elements, const view<const T, 1>& own) {
    const communicator& comm = elements.comm();
    const index_t first = detail::own_begin(comm, own.size());
    detail::first_selection<T> mine(k, from == topk_end::largest);
    for (index_t i = 0; i < own.size(); ++i) mine.add(own.data()[i], first + i);
    const auto candidates = detail::gathered_lists(comm, mine.finish());
    detail::first_selection<T> best(k, from == topk_end::largest);
    for (const auto& each : candidates) best.add(each.value, each.place);
    return detail::as_topk(best.finish());
  });
}

} // namespace tessera
