#include "vectors/all_numbers.hpp"

#include <tessera/core/selection/merge.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <type_traits>

namespace tessera::detail {

namespace {

struct comes_before {
  template <class T> bool operator()(T a, T b) const { return a < b; }
};

/// How many come before NaN.
template <class T> index_t ordered_part(const T* sorted, index_t n) {
  if constexpr (std::is_floating_point_v<T>)
    return std::partition_point(sorted, sorted + n, [](T x) { return x == x; }) - sorted;
  else
    return n;
}

} // namespace

namespace {

/// `merge_two` by all threads: each writes a part of what is merged.
template <class T, class Less>
void merge_on_threads(const T* a, index_t na, const T* b, index_t nb, T* to, Less less) {
  for_parts(na + nb, least_piece, 1, [=](index_t begin, index_t end) {
    Less here = less;
    const index_t first = merged_from_first(a, na, b, nb, begin, here);
    const index_t last = merged_from_first(a, na, b, nb, end, here);
    merge_two(a + first, last - first, b + (begin - first), (end - last) - (begin - first),
              to + begin, here);
  });
}

} // namespace

template <class T> void merge_adjacent(const T* a, index_t na, const T* b, index_t nb, T* to) {
  const index_t ordered_a = ordered_part(a, na);
  const index_t ordered_b = ordered_part(b, nb);
  merge_on_threads(a, ordered_a, b, ordered_b, to, comes_before());
  to = std::copy(a + ordered_a, a + na, to + ordered_a + ordered_b);
  std::copy(b + ordered_b, b + nb, to);
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template void merge_adjacent(const T*, index_t, const T*, index_t, T*);
TESSERA_FOR_ALL_NUMBERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE

} // namespace tessera::detail
