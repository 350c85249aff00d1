/// @file
/// Global arrays put together: concatenate, stack, as core's functions of the same names.
#pragma once

#include <tessera/core/shapes/join.hpp>
#include <tessera/distributed/functions/axes.hpp>

#include <tuple>

namespace tessera {

namespace detail {

/// A global operand among the arguments, or the axis that comes after them.
template <class X>
concept globally_joinable = global_operand<X> || is_axis<X>;
template <class... Xs>
concept any_global = (global_operand<Xs> || ...);

/// Views of one number of axes put side by side along an axis.
template <class T, std::size_t N> class global_joiner {
public:
  explicit global_joiner(index_t axis) : all_{checked_axis(axis, N)} {}

  void add(const global_view<const T, N>& v) {
    views_.push_back(v);
    add_shape(all_, v.shape().data(), N, shape_.data());
  }
  global_array<T, N> join(const char* name) const {
    if (views_.empty()) throw_nothing_to_join(name);
    auto result = array_beside<T, N>(views_[0].node().ref(), shape_);
    const global_node<T, N> target = result.view().node();
    array_copies copies(target.ref());
    index_t filled = 0;
    for (const auto& v : views_) {
      std::vector<axis_segments> axes;
      for (std::size_t d = 0; d < N; ++d)
        axes.push_back(moved_axis(v.shape()[d], d == all_.axis ? filled : 0));
      filled += v.shape()[all_.axis];
      copies.add(v.node().ref(), axes);
    }
    copies.run();
    return result;
  }

private:
  joint all_;
  shape_t<N> shape_{};
  std::vector<global_view<const T, N>> views_;
};

/// The elements of an argument; an axis has none.
template <class T, class X> auto held_elements(const X& x) {
  if constexpr (is_axis<X>)
    return x;
  else
    return global_elements_of<T>(x);
}

/// Calls visit(view) with each array among the arguments, whose values are promoted to T.
template <class T, class Visit> auto with_global_elements(Visit&& visit) {
  return [visit = std::forward<Visit>(visit)](const auto&... xs) mutable {
    const auto held = std::tuple(held_elements<T>(xs)...);
    const auto see = [&](const auto& x) {
      if constexpr (!is_axis<std::remove_cvref_t<decltype(x)>>) visit.see(global_view_of(x));
    };
    std::apply([&](const auto&... each) { (see(each), ...); }, held);
    return visit.result();
  };
}

template <class T, std::size_t N> struct concatenation {
  global_joiner<T, N> joiner;
  void see(const global_view<const T, N>& v) { joiner.add(v); }
  global_array<T, N> result() { return joiner.join("concatenate"); }
};

template <class T, std::size_t N> struct pile {
  std::size_t at;
  global_joiner<T, N + 1> joiner;
  shape_t<N> first = no_shape();

  static shape_t<N> no_shape() {
    shape_t<N> shape;
    shape.fill(-1);
    return shape;
  }
  void see(const global_view<const T, N>& v) {
    check_stacked(v.shape().data(), N, first.data());
    joiner.add(with_new_axis(v, at));
  }
  global_array<T, N + 1> result() { return joiner.join("stack"); }
};

template <class T, std::size_t N> pile<T, N> pile_along(index_t axis) {
  const std::size_t at = checked_axis(axis, N + 1);
  return {at, global_joiner<T, N + 1>(static_cast<index_t>(at))};
}

/// Global arrays or views of one type in a std::vector, `split(...)`, ...
template <class R>
concept range_of_globals = range<R> && global_operand<element_of_range<R>>;

} // namespace detail

/// Global arrays one after another along an axis, the first unless another is named; a new array in
/// equal blocks. All other sizes are the same; mixed types are promoted; expressions are evaluated.
/// Collective, one message between two ranks for each array.
///
///     concatenate(u, v, axis(1))
///     concatenate(parts)   // std::vector<global_array<double, 2>>, split(u, 3), ...
///
/// @throws shape_error naming both shapes when they do not fit, argument_error for a wrong axis; on
/// all ranks.
template <detail::globally_joinable... Xs>
requires detail::any_global<Xs...>
auto concatenate(const Xs&... xs) {
  constexpr std::size_t N = detail::joined_ndim<Xs...>;
  static_assert(((detail::is_axis<Xs> || detail::ndim_among<Xs>() == N) && ...),
                "concatenate takes arrays with the same number of axes; see stack");
  using T = detail::joined_type<Xs...>;
  return detail::with_global_elements<T>(detail::concatenation<T, N>{
      detail::global_joiner<T, N>(detail::axis_among(0, xs...))})(xs...);
}
/// The same of arrays of one type in a list. Collective.
template <detail::range_of_globals R>
auto concatenate(const R& arrays, axis_list<1> along = {{0}}) {
  using array = detail::element_of_range<R>;
  detail::global_joiner<typename array::value_type, array::ndim> joiner(along.axes[0]);
  for (const auto& a : arrays) joiner.add(detail::global_view_of(a));
  return joiner.join("concatenate");
}

/// Global arrays of the same shape along a new axis, which is the first unless another is named; a
/// new array in equal blocks. Collective.
/// @throws shape_error naming both shapes when they differ, argument_error for a wrong axis; on all
/// ranks.
template <detail::globally_joinable... Xs>
requires detail::any_global<Xs...>
auto stack(const Xs&... xs) {
  constexpr std::size_t N = detail::joined_ndim<Xs...>;
  static_assert(((detail::is_axis<Xs> || detail::ndim_among<Xs>() == N) && ...),
                "stack takes arrays with the same number of axes");
  using T = detail::joined_type<Xs...>;
  return detail::with_global_elements<T>(detail::pile_along<T, N>(detail::axis_among(0, xs...)))(
      xs...);
}
/// The same of arrays of one type in a list. Collective.
template <detail::range_of_globals R> auto stack(const R& arrays, axis_list<1> along = {{0}}) {
  using array = detail::element_of_range<R>;
  auto pile = detail::pile_along<typename array::value_type, array::ndim>(along.axes[0]);
  for (const auto& a : arrays) pile.see(detail::global_view_of(a));
  return pile.result();
}

/// @name Global arrays beside each other
/// As core's functions of the same names, of arrays with the same number of axes; new arrays in
/// equal blocks. Collective, one message between two ranks for each array.
/// @throws shape_error on all ranks naming both shapes when they do not fit.
/// @{
template <global_operand... Xs> auto vstack(const Xs&... xs) {
  if constexpr (detail::joined_ndim<Xs...> == 1)
    return stack(xs...);
  else
    return concatenate(xs...);
}
template <global_operand... Xs> auto hstack(const Xs&... xs) {
  return concatenate(xs..., axis(detail::joined_ndim<Xs...> == 1 ? 0 : 1));
}
template <global_operand... Xs> auto dstack(const Xs&... xs) {
  static_assert(detail::joined_ndim<Xs...> >= 2, "dstack of global arrays takes two axes or more");
  if constexpr (detail::joined_ndim<Xs...> == 2)
    return stack(xs..., axis(2));
  else
    return concatenate(xs..., axis(2));
}
template <global_operand... Xs> auto column_stack(const Xs&... xs) {
  if constexpr (detail::joined_ndim<Xs...> == 1)
    return stack(xs..., axis(1));
  else
    return concatenate(xs..., axis(1));
}
/// @}

} // namespace tessera
