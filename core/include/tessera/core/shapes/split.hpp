/// @file
/// Arrays cut into parts; the parts are views, nothing is copied.
#pragma once

#include <tessera/core/shapes/axes.hpp>

namespace tessera {

namespace detail {

/// One row per part, its start and its number of elements: `parts` parts of an axis of n elements,
/// the first ones longer by one where n is not divisible.
/// @throws argument_error for no parts at all, and with `equal` when n is not divisible.
ndarray<index_t, 2> bounds_of_parts(index_t n, index_t parts, bool equal);
/// The same for parts that begin at given subscripts, by the rule of slices.
ndarray<index_t, 2> bounds_at(index_t n, const index_t* points, index_t count);

/// An array that lives on after the call.
template <class A>
concept lasting_operand = local_operand<A> &&
    (is_lasting<A> || (is_shared_view<std::remove_cvref_t<A>> && std::is_lvalue_reference_v<A>));

template <class A>
using element_behind = std::remove_pointer_t<decltype(std::declval<A&>().data())>;

/// Elements start, ..., start + count - 1 of an axis. Specialised for views of global arrays.
template <class View> struct section_of {
  static View make(const View& whole, std::size_t axis, index_t start, index_t count) {
    return part_of(whole, axis, start, count);
  }
};

} // namespace detail

/// The parts of an array along one axis, in order: `for (auto part : split(a, 3))`,
/// `split(a, 3)[1]`.
template <class View> class sections {
public:
  sections(const View& whole, std::size_t axis, ndarray<index_t, 2> bounds)
      : whole_(whole), axis_(axis), bounds_(std::move(bounds)) {}

  [[nodiscard]] index_t size() const { return bounds_.shape(0); }
  /// Part i, counted from 0. @throws index_error when there is none.
  [[nodiscard]] View operator[](index_t i) const {
    return detail::section_of<View>::make(whole_, axis_, bounds_.at(i, 0), bounds_.at(i, 1));
  }

  class iterator {
  public:
    iterator(const sections* parts, index_t i) : parts_(parts), i_(i) {}
    View operator*() const { return (*parts_)[i_]; }
    iterator& operator++() {
      ++i_;
      return *this;
    }
    bool operator==(const iterator& other) const { return i_ == other.i_; }

  private:
    const sections* parts_;
    index_t i_;
  };
  [[nodiscard]] iterator begin() const { return {this, 0}; }
  [[nodiscard]] iterator end() const { return {this, size()}; }

private:
  View whole_;
  std::size_t axis_;
  ndarray<index_t, 2> bounds_;
};

namespace detail {

/// The parts of the axis that `along` names, between bounds made by f(number of elements).
template <class View, class F>
sections<View> cut_view(const View& whole, const axis_list<1>& along, F f) {
  const std::size_t d = checked_axis(along.axes[0], View::ndim);
  return {whole, d, f(whole.shape()[d])};
}
template <class A, class F> auto cut(A& a, const axis_list<1>& along, F f) {
  return cut_view(view<element_behind<A>, ndim_of<A>>(view_of(a)), along, f);
}

template <std::size_t K, class View> std::array<View, K> in_array(const sections<View>& parts) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<View, K>{parts[static_cast<index_t>(I)]...};
  }
  (std::make_index_sequence<K>());
}

} // namespace detail

/// `parts` views of equal size along an axis, the first unless another is named.
/// @throws argument_error when the axis is not divisible (see array_split).
template <detail::lasting_operand A, class Parts>
requires detail::is_integer<Parts>
auto split(A&& a, Parts parts, axis_list<1> along = {{0}}) {
  return detail::cut(a, along, [&](index_t n) {
    return detail::bounds_of_parts(n, static_cast<index_t>(parts), true);
  });
}
/// The same for a number known to the compiler: `auto [left, right] = split<2>(a, axis(1));`
template <std::size_t Parts, detail::lasting_operand A>
auto split(A&& a, axis_list<1> along = {{0}}) {
  return detail::in_array<Parts>(split(a, static_cast<index_t>(Parts), along));
}
/// Views from 0 to the first of some subscripts, from there to the second, ..., and from the last
/// one to the end. Subscripts are as in slices: negative ones count from the end.
///
///     auto [head, middle, tail] = split(a, {3, 5}, axis(1));
template <detail::lasting_operand A, std::size_t K>
auto split(A&& a, const index_t (&points)[K], axis_list<1> along = {{0}}) {
  return detail::in_array<K + 1>(detail::cut(
      a, along, [&](index_t n) { return detail::bounds_at(n, points, static_cast<index_t>(K)); }));
}
/// The same for subscripts that are known only at run time.
template <detail::lasting_operand A, local_operand P>
requires(P::ndim == 1 &&
         std::is_integral_v<typename P::value_type>) auto split(A&& a, const P& points,
                                                                axis_list<1> along = {{0}}) {
  const ndarray<index_t, 1> subscripts(points);
  return detail::cut(a, along, [&](index_t n) {
    return detail::bounds_at(n, subscripts.data(), subscripts.size());
  });
}

/// `parts` views along an axis, of which the first ones are longer by one where the axis is not
/// divisible.
template <detail::lasting_operand A>
auto array_split(A&& a, index_t parts, axis_list<1> along = {{0}}) {
  return detail::cut(a, along, [&](index_t n) { return detail::bounds_of_parts(n, parts, false); });
}

} // namespace tessera
