/// @file
/// Sorting of structs and by orders of one's own, the largest of many, whether something is sorted.
#pragma once

#include <tessera/core/selection/search.hpp>

#include <algorithm>
#include <type_traits>
#include <vector>

namespace tessera {

namespace detail {

/// A function object that tells whether one element comes before another.
template <class Less, class T>
concept element_less = std::is_invocable_r_v<bool, Less&, const T&, const T&>;

/// An element and its place among all.
template <class T> struct placed_element {
  T value;
  index_t place;
};

/// Sorts adjacent structs by a member; equal ones keep their order.
template <class T, class M, class S> void sort_by_member(T* elements, index_t n, M S::*key) {
  ndarray<M, 1> keys(shape_t<1>{n});
  for (index_t i = 0; i < n; ++i) keys.data()[i] = elements[i].*key;
  const ndarray<index_t, 1> order = argsort(keys);
  ndarray<T, 1> sorted(shape_t<1>{n});
  for (index_t i = 0; i < n; ++i) sorted.data()[i] = elements[order.data()[i]];
  std::copy(sorted.data(), sorted.data() + n, elements);
}

/// Keeps the first k in the order of `sort`, or of the reverse, of elements that come in the order
/// of their places; of equal ones those that come first.
template <class T> class first_selection {
public:
  first_selection(index_t k, bool largest) : k_(static_cast<std::size_t>(k)), largest_(largest) {}

  void add(const T& value, index_t place) {
    if (k_ == 0 || (is_full_ && !is_before(value, last_))) return;
    kept_.push_back({value, place});
    if (kept_.size() >= 2 * k_ + 1024) drop();
  }
  /// In their order.
  std::vector<placed_element<T>> finish() {
    if (kept_.size() > k_) drop();
    std::sort(kept_.begin(), kept_.end(), order());
    return std::move(kept_);
  }

private:
  [[nodiscard]] bool is_before(const T& a, const T& b) const {
    return largest_ ? sorts_before(b, a) : sorts_before(a, b);
  }
  [[nodiscard]] auto order() const {
    return [this](const placed_element<T>& a, const placed_element<T>& b) {
      return is_before(a.value, b.value) || (!is_before(b.value, a.value) && a.place < b.place);
    };
  }
  void drop() {
    const auto end = kept_.begin() + static_cast<std::ptrdiff_t>(k_);
    std::nth_element(kept_.begin(), end - 1, kept_.end(), order());
    last_ = (end - 1)->value;
    kept_.erase(end, kept_.end());
    is_full_ = true;
  }

  std::size_t k_;
  bool largest_;
  bool is_full_ = false;
  T last_{};
  std::vector<placed_element<T>> kept_;
};

/// @throws argument_error unless there are so many elements.
void check_topk(index_t k, index_t n);

} // namespace detail

/// A copy of an array of structs sorted by one of their members, as `sort` sorts numbers; equal
/// ones keep their order.
///
///     const auto by_energy = sort(particles, &particle::energy);
template <local_operand A, class M, class S>
requires(A::ndim == 1 && std::is_base_of_v<S, typename A::value_type>) auto sort(const A& a,
                                                                                 M S::*key) {
  ndarray<typename A::value_type, 1> result(a);
  detail::sort_by_member(result.data(), result.size(), key);
  return result;
}
/// The same in an order of one's own: less(a, b) tells whether a comes before b.
template <local_operand A, detail::element_less<typename A::value_type> Less>
requires(A::ndim == 1) auto sort(const A& a, Less less) {
  ndarray<typename A::value_type, 1> result(a);
  std::stable_sort(result.data(), result.data() + result.size(), less);
  return result;
}

/// Is every element in its place, by the order of `sort`?
template <local_operand A>
requires(A::ndim == 1) bool is_sorted(const A& a) {
  const ndarray<typename A::value_type, 1> values(a);
  return std::is_sorted(values.data(), values.data() + values.size(),
                        [](const auto& x, const auto& y) { return detail::sorts_before(x, y); });
}

/// Which end of the order `topk` takes from.
enum class topk_end { largest, smallest };

/// What `topk` gives.
template <class T> struct topk_elements {
  ndarray<T, 1> values;        ///< the largest first, or the smallest
  ndarray<index_t, 1> indices; ///< where they are, in row-major order
};

namespace detail {

template <class T> topk_elements<T> as_topk(const std::vector<placed_element<T>>& found) {
  const shape_t<1> shape{static_cast<index_t>(found.size())};
  topk_elements<T> result{ndarray<T, 1>(shape), ndarray<index_t, 1>(shape)};
  for (std::size_t i = 0; i < found.size(); ++i) {
    result.values.data()[i] = found[i].value;
    result.indices.data()[i] = found[i].place;
  }
  return result;
}

} // namespace detail

/// The k largest elements, the largest first, or the k smallest, and where they are in row-major
/// order; of equal ones, those that come first. NaN is larger than all. Most elements are looked at
/// once; it takes memory for a few times k.
/// @throws argument_error unless there are so many elements.
template <local_operand A> auto topk(const A& a, index_t k, topk_end from = topk_end::largest) {
  using T = typename A::value_type;
  const auto values = detail::flat_values(a);
  detail::check_topk(k, values.size());
  detail::first_selection<T> selection(k, from == topk_end::largest);
  for (index_t i = 0; i < values.size(); ++i) selection.add(values.data()[i], i);
  return detail::as_topk(selection.finish());
}

} // namespace tessera
