/// @file
/// Arrays put together: concatenate, stack.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/types/promotion.hpp>

namespace tessera {

namespace detail {

/// How arrays are put together along an axis.
struct joint {
  std::size_t axis;
  index_t length = 0; ///< along the axis, of all so far
  bool first = true;
};

/// Takes one more shape into the shape of the result.
/// @throws shape_error naming both shapes when they differ elsewhere than along the axis.
void add_shape(joint& all, const index_t* shape, std::size_t ndim, index_t* result);
[[noreturn]] void throw_nothing_to_join(const char* name);

template <class X> inline constexpr bool is_axis = false;
template <> inline constexpr bool is_axis<axis_list<1>> = true;

/// An array among the arguments, or the axis that comes after them.
template <class X>
concept joinable = local_operand<X> || is_axis<X>;

template <class... Ts> struct promoted_of;
template <class T> struct promoted_of<T> { using type = T; };
template <class A, class B, class... Others>
struct promoted_of<A, B, Others...> : promoted_of<promoted<A, B>, Others...> {};
// An axis is no element: it leaves the type as it is.
template <class A, class... Others>
struct promoted_of<A, axis_list<1>, Others...> : promoted_of<A, Others...> {};

template <class X> struct joined_element { using type = typename X::value_type; };
template <> struct joined_element<axis_list<1>> { using type = axis_list<1>; };
template <class... Xs>
using joined_type = typename promoted_of<typename joined_element<Xs>::type...>::type;

inline index_t axis_among(index_t otherwise) { return otherwise; }
template <class X, class... Others>
index_t axis_among(index_t otherwise, const X& x, const Others&... others) {
  if constexpr (is_axis<X>)
    return x.axes[0];
  else
    return axis_among(otherwise, others...);
}

template <class X> constexpr std::size_t ndim_among() {
  if constexpr (is_axis<X>)
    return 0;
  else
    return X::ndim;
}
template <class... Xs> inline constexpr std::size_t joined_ndim = largest({ndim_among<Xs>()...});
template <class... Xs>
inline constexpr std::size_t count_of_arrays = (std::size_t{!is_axis<Xs>} + ...);

/// Puts arrays side by side: all shapes are added first, then all elements. Arrays with fewer axes
/// get axes of one element in front.
template <class T, std::size_t N> class joiner {
public:
  explicit joiner(index_t axis) : all_{checked_axis(axis, N)} {}

  template <class X> void add(const X& x) {
    if constexpr (!is_axis<X>) {
      shape_t<N> shape{};
      for (std::size_t d = 0; d + X::ndim < N; ++d) shape[d] = 1;
      for (std::size_t d = 0; d < X::ndim; ++d) shape[d + N - X::ndim] = x.shape()[d];
      add_shape(all_, shape.data(), N, shape_.data());
    }
  }
  void allocate() { result_ = ndarray<T, N>(shape_); }
  template <class X> void copy(const X& x) {
    if constexpr (!is_axis<X>) {
      constexpr std::size_t missing = N - X::ndim;
      const index_t count = all_.axis < missing ? 1 : x.shape()[all_.axis - missing];
      part_of(result_.view(), all_.axis, filled_, count).assign(x);
      filled_ += count;
    }
  }
  ndarray<T, N> take() { return std::move(result_); }

private:
  joint all_;
  shape_t<N> shape_{};
  index_t filled_ = 0;
  ndarray<T, N> result_;
};

template <std::size_t N, class... Xs> auto joined(index_t axis, const Xs&... xs) {
  joiner<joined_type<Xs...>, N> result(axis);
  (result.add(xs), ...);
  result.allocate();
  (result.copy(xs), ...);
  return result.take();
}

/// Arrays of one type in a std::vector, a std::span, an array of arrays, ...
template <class R>
concept range_of_arrays = range<R> && local_operand<element_of_range<R>>;

template <class R> auto joined_range(const R& arrays, index_t axis) {
  using array = element_of_range<R>;
  joiner<typename array::value_type, array::ndim> result(axis);
  if (!(arrays.begin() != arrays.end())) throw_nothing_to_join("concatenate");
  for (const auto& a : arrays) result.add(a);
  result.allocate();
  for (const auto& a : arrays) result.copy(a);
  return result.take();
}

template <class T, std::size_t N, class R>
ndarray<T, N> stacked_range(const R& arrays, index_t axis) {
  const std::size_t at = checked_axis(axis, N);
  joiner<T, N> result(axis);
  if (!(arrays.begin() != arrays.end())) throw_nothing_to_join("stack");
  for (const auto& a : arrays) result.add(expand_dims(view_of(a), static_cast<index_t>(at)));
  result.allocate();
  for (const auto& a : arrays) result.copy(expand_dims(view_of(a), static_cast<index_t>(at)));
  return result.take();
}

/// Checks that an array has the shape of the first, which is -1 everywhere until it is known.
void check_stacked(const index_t* shape, std::size_t ndim, index_t* first);

template <std::size_t N, class... Xs> auto stacked(index_t axis, const Xs&... xs) {
  const std::size_t at = checked_axis(axis, N + 1);
  shape_t<N> shape{};
  for (index_t& n : shape) n = -1;
  const auto check = [&](const auto& x) {
    if constexpr (!is_axis<std::remove_cvref_t<decltype(x)>>)
      check_stacked(x.shape().data(), N, shape.data());
  };
  (check(xs), ...);
  shape_t<N + 1> whole{};
  for (std::size_t d = 0; d < N; ++d) whole[d + (d >= at)] = shape[d];
  whole[at] = static_cast<index_t>(count_of_arrays<Xs...>);
  ndarray<joined_type<Xs...>, N + 1> result(whole);
  index_t i = 0;
  const auto copy = [&](const auto& x) {
    if constexpr (!is_axis<std::remove_cvref_t<decltype(x)>>)
      at_subscript(result.view(), at, i++).assign(x);
  };
  (copy(xs), ...);
  return result;
}

} // namespace detail

/// Arrays one after another along an axis, the first unless another is named. All other sizes are
/// the same; mixed types are promoted; an expression is evaluated straight into its place.
///
///     concatenate(a, b, c)
///     concatenate(a, 2.0 * b, axis(1))
///     concatenate(parts, axis(1))  // std::vector<ndarray<double, 2>>, std::span, split(...), ...
///
/// @throws shape_error naming both shapes when they do not fit, argument_error for a wrong axis.
template <detail::joinable... Xs> auto concatenate(const Xs&... xs) {
  constexpr std::size_t N = detail::joined_ndim<Xs...>;
  static_assert(((detail::is_axis<Xs> || detail::ndim_among<Xs>() == N) && ...),
                "concatenate takes arrays with the same number of axes; see stack");
  return detail::joined<N>(detail::axis_among(0, xs...), xs...);
}
template <detail::range_of_arrays R> auto concatenate(const R& arrays, axis_list<1> along = {{0}}) {
  return detail::joined_range(arrays, along.axes[0]);
}

/// Arrays of the same shape along a new axis, which is the first unless another is named; its
/// number is that in the result.
/// @throws shape_error naming both shapes when they differ, argument_error for a wrong axis.
template <detail::joinable... Xs> auto stack(const Xs&... xs) {
  constexpr std::size_t N = detail::joined_ndim<Xs...>;
  static_assert(((detail::is_axis<Xs> || detail::ndim_among<Xs>() == N) && ...),
                "stack takes arrays with the same number of axes");
  return detail::stacked<N>(detail::axis_among(0, xs...), xs...);
}
template <detail::range_of_arrays R> auto stack(const R& arrays, axis_list<1> along = {{0}}) {
  using array = detail::element_of_range<R>;
  return detail::stacked_range<typename array::value_type, array::ndim + 1>(arrays, along.axes[0]);
}

/// Arrays below each other: along the first axis, where arrays of one axis are rows.
template <local_operand... Xs> auto vstack(const Xs&... xs) {
  return detail::joined<detail::largest({2, Xs::ndim...})>(0, xs...);
}

/// Arrays beside each other: along the second axis, or along the only one.
template <local_operand... Xs> auto hstack(const Xs&... xs) {
  return concatenate(xs..., axis(detail::joined_ndim<Xs...> == 1 ? 0 : 1));
}

/// Arrays behind each other: along the third axis, where arrays of one axis are rows.
template <local_operand... Xs> auto dstack(const Xs&... xs) {
  constexpr std::size_t N = detail::joined_ndim<Xs...>;
  if constexpr (N >= 3)
    return concatenate(xs..., axis(2));
  else if constexpr (N == 2)
    return stack(xs..., axis(2));
  else
    return stack(atleast_2d(xs)..., axis(2));
}

/// Arrays of one axis as the columns of a matrix; matrices are put beside each other.
template <local_operand... Xs> auto column_stack(const Xs&... xs) {
  if constexpr (detail::joined_ndim<Xs...> == 1)
    return stack(xs..., axis(1));
  else
    return concatenate(xs..., axis(1));
}

} // namespace tessera
