#include "copies/copy_loops.hpp"
#include "selection/order_keys.hpp"
#include "selection/special_numbers.hpp"
#include "selection/vector_sort.hpp"
#include "vectors/all_numbers.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/selection/merge.hpp>
#include <tessera/core/selection/sort.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>
#include <utility>

namespace tessera::detail {

namespace {

/// Of one byte there are so few that counting them is all there is to do.
template <class T> void sort_bytes(T* values, index_t n) {
  constexpr std::size_t all_values = 256;
  constexpr int lowest = std::is_signed_v<T> ? -128 : 0;
  index_t counts[all_values]{};
  for (index_t i = 0; i < n; ++i) ++counts[static_cast<std::size_t>(values[i] - lowest)];
  for (std::size_t v = 0; v < all_values; ++v) {
    std::fill_n(values, counts[v], static_cast<T>(static_cast<int>(v) + lowest));
    values += counts[v];
  }
}

template <class T> using bits_of = std::conditional_t<sizeof(T) == 8, long, int>;

/// Turns the bits of floating-point numbers other than NaN into those of integers in their order,
/// and back.
template <class T> void exchange_order(T* values, index_t n) {
  using integer = bits_of<T>;
  constexpr integer all_but_sign = std::numeric_limits<integer>::max();
  for (index_t i = 0; i < n; ++i) {
    const auto bits = std::bit_cast<integer>(values[i]);
    values[i] = std::bit_cast<T>(bits ^ (bits >> (8 * sizeof(T) - 1) & all_but_sign));
  }
}

/// Numbers that are told apart by their values alone, NaN being none of them.
template <class T> void sort_plain(T* values, index_t n) {
  if (n < vector_sort_pays)
    std::sort(values, values + n);
  else if constexpr (sizeof(T) == 1)
    sort_bytes(values, n);
  else if constexpr (std::is_floating_point_v<T>) {
    exchange_order(values, n);
    vector_sort(reinterpret_cast<bits_of<T>*>(values), n);
    exchange_order(values, n);
  } else {
    vector_sort(values, n);
  }
}

} // namespace

namespace {

/// By one thread.
template <class T> void sort_alone(T* values, index_t n) {
  if constexpr (std::is_floating_point_v<T>) {
    const special_numbers<T> special(values, n);
    sort_plain(values, special.others());
    special.put_back(values);
  } else {
    sort_plain(values, n);
  }
}

/// Merges sorted parts of `step` elements, two at a time.
template <class T> void merge_parts(const T* from, index_t n, index_t step, T* to) {
  for (index_t first = 0; first < n; first += 2 * step) {
    const index_t middle = std::min(first + step, n);
    const index_t end = std::min(middle + step, n);
    merge_adjacent(from + first, middle - first, from + middle, end - middle, to + first);
  }
}

/// Each thread sorts a part; these are merged, by all threads again. What is equal keeps its order
/// in both, so the result is that of one thread.
template <class T> void sort_in_parts(T* values, index_t n, index_t parts) {
  const index_t step = (n + parts - 1) / parts;
  for_pieces(parts, [=](index_t k) {
    const index_t begin = std::min(k * step, n);
    sort_alone(values + begin, std::min(step, n - begin));
  });
  const buffer memory(static_cast<std::size_t>(n) * sizeof(T));
  T* from = values;
  T* to = reinterpret_cast<T*>(memory.data());
  for (index_t sorted = step; sorted < n; sorted *= 2, std::swap(from, to))
    merge_parts(from, n, sorted, to);
  if (from != values)
    run_copy({nullptr, 0, n * index_t{sizeof(T)}, n * index_t{sizeof(T)}},
             reinterpret_cast<std::byte*>(values), reinterpret_cast<const std::byte*>(from));
}

} // namespace

template <class T> void sort_adjacent(T* values, index_t n) {
  if (n < 2) return;
  const index_t pieces = sizeof(T) == 1 ? 1 : pieces_of(n);
  if (pieces == 1) return sort_alone(values, n);
  sort_in_parts(values, n, std::min<index_t>(pieces, threads()));
}

template <class T> void partition_adjacent(T* values, index_t n, index_t k) {
  T* last = values + n;
  if constexpr (std::is_floating_point_v<T>)
    last = std::partition(values, last, [](T x) { return x == x; });
  if (values + k < last) std::nth_element(values, values + k, last);
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template void sort_adjacent(T*, index_t);                                                        \
  template void partition_adjacent(T*, index_t, index_t);
TESSERA_FOR_ALL_NUMBERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE

index_t checked_kth(index_t k, index_t n) {
  if (k < -n || k >= n)
    throw index_error(fmt::format("there is no element {} among {} along the axis", k, n));
  return k < 0 ? k + n : k;
}

} // namespace tessera::detail
