/// @file
/// Sorted sequences merged into one.
#pragma once

#include <tessera/core/shape.hpp>

#include <algorithm>

namespace tessera::detail {

/// Two sorted sequences that are being merged. Of equal elements, those of the first come first.
template <class T> struct merge_lane {
  const T* a;
  const T* a_end;
  const T* b;
  const T* b_end;
  T* to;

  /// Steps that need not look whether a sequence has ended.
  [[nodiscard]] index_t free_steps() const { return std::min(a_end - a, b_end - b); }
  /// No branch depends on the elements.
  template <class Less> void step(Less& less) {
    const bool second = less(*b, *a);
    const T* const from = second ? b : a;
    *to++ = *from;
    b += second;
    a += !second;
  }
  template <class Less> void finish(Less& less) {
    for (index_t n = free_steps(); n > 0; n = free_steps())
      for (; n > 0; --n) step(less);
    to = std::copy(a, a_end, to);
    std::copy(b, b_end, to);
  }
};

/// How many of the first `count` merged elements come from `a`.
template <class T, class Less>
index_t merged_from_first(const T* a, index_t na, const T* b, index_t nb, index_t count,
                          Less& less) {
  index_t low = std::max<index_t>(0, count - nb);
  index_t high = std::min(count, na);
  while (low < high) {
    const index_t i = low + (high - low) / 2;
    if (less(b[count - i - 1], a[i]))
      high = i;
    else
      low = i + 1;
  }
  return low;
}

/// Merges two sorted sequences; of equal elements, those of the first come first. Long ones are cut
/// into four lanes, since each step waits for the one before it.
template <class T, class Less>
void merge_two(const T* a, index_t na, const T* b, index_t nb, T* to, Less less) {
  constexpr index_t lanes = 4;
  const index_t total = na + nb;
  if (total < 64) return merge_lane<T>{a, a + na, b, b + nb, to}.finish(less);
  index_t cut[lanes + 1] = {0, 0, 0, 0, na};
  index_t at[lanes + 1] = {0, 0, 0, 0, total};
  for (index_t k = 1; k < lanes; ++k) {
    at[k] = total / lanes * k;
    cut[k] = merged_from_first(a, na, b, nb, at[k], less);
  }
  const auto lane = [&](index_t k) {
    return merge_lane<T>{a + cut[k], a + cut[k + 1], b + (at[k] - cut[k]),
                         b + (at[k + 1] - cut[k + 1]), to + at[k]};
  };
  merge_lane<T> first = lane(0);
  merge_lane<T> second = lane(1);
  merge_lane<T> third = lane(2);
  merge_lane<T> fourth = lane(3);
  const auto steps = [&] {
    return std::min(std::min(first.free_steps(), second.free_steps()),
                    std::min(third.free_steps(), fourth.free_steps()));
  };
  for (index_t n = steps(); n > 0; n = steps())
    for (; n > 0; --n) {
      first.step(less);
      second.step(less);
      third.step(less);
      fourth.step(less);
    }
  first.finish(less);
  second.finish(less);
  third.finish(less);
  fourth.finish(less);
}

/// The same of numbers in the order of `sort`, compiled for all; see loop_type_of.
template <class T> void merge_adjacent(const T* a, index_t na, const T* b, index_t nb, T* to);

} // namespace tessera::detail
