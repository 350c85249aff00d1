/// @file
/// Elements chosen by arrays of subscripts: `a(indices)`, `take`, `put` and their like.
#pragma once

#include <tessera/core/selection/mask.hpp>

namespace tessera {

namespace detail {

/// The subscripts of an operand as an array, counted from the end when negative, and checked.
template <class I, std::size_t M>
ndarray<index_t, M> checked_indices(const ndarray<I, M>& indices, std::size_t axis,
                                    const index_t* shape, std::size_t ndim) {
  ndarray<index_t, M> result(indices.shape());
  for (index_t i = 0; i < indices.size(); ++i)
    result.data()[i] = checked_index(static_cast<index_t>(indices.data()[i]), axis, shape, ndim);
  return result;
}

template <array_operand I>
auto indices_of(const I& indices, std::size_t axis, const index_t* shape, std::size_t ndim) {
  static_assert(is_integer<typename I::value_type>, "subscripts are integers");
  return checked_indices(ndarray<typename I::value_type, I::ndim>(indices), axis, shape, ndim);
}

/// A view of one subscript of an axis, with the axis gone; of one axis, of one element.
template <class T, std::size_t N> auto at_index(const view<T, N>& v, std::size_t axis, index_t i) {
  static_assert(N > 1);
  shape_t<N - 1> shape{};
  shape_t<N - 1> strides{};
  for (std::size_t d = 0, k = 0; d < N; ++d) {
    if (d == axis) continue;
    shape[k] = v.shape()[d];
    strides[k++] = v.strides()[d];
  }
  return view<T, N - 1>(v.data() + i * v.strides()[axis], shape, strides);
}

/// The axes of `shape` with those of the subscripts in the place of one.
template <std::size_t N, std::size_t M>
shape_t<N - 1 + M> taken_shape(const shape_t<N>& shape, const shape_t<M>& indices,
                               std::size_t axis) {
  shape_t<N - 1 + M> result{};
  std::size_t filled = 0;
  for (std::size_t d = 0; d < N; ++d) {
    if (d != axis) result[filled++] = shape[d];
    for (std::size_t k = 0; d == axis && k < M; ++k) result[filled++] = indices[k];
  }
  return result;
}

/// Copies to[.., j, ..] = from[.., indices[j], ..] or the other way, for adjacent `to`.
template <bool Write, class T, class U, std::size_t N>
void move_taken(const view<T, N>& array, const ndarray<index_t, 1>& indices, std::size_t axis,
                U* flat) {
  shape_t<N> shape = array.shape();
  shape[axis] = indices.size();
  const view<U, N> other(flat, shape);
  for (index_t j = 0; j < indices.size(); ++j) {
    if constexpr (N == 1) {
      T& element = array.data()[indices.data()[j] * array.strides()[0]];
      if constexpr (Write)
        element = static_cast<T>(flat[j]);
      else
        flat[j] = element;
    } else if constexpr (Write) {
      at_index(array, axis, indices.data()[j]).assign(at_index(other, axis, j));
    } else {
      at_index(other, axis, j).assign(at_index(array, axis, indices.data()[j]));
    }
  }
}

template <std::size_t M> ndarray<index_t, 1> flattened(ndarray<index_t, M> a) {
  ndarray<index_t, 1> result(shape_t<1>{a.size()});
  view<index_t, M>(result.data(), a.shape()).assign(a);
  return result;
}

} // namespace detail

/// Elements at given subscripts along an axis: the axes of `indices` stand in its place.
///
///     take(a, indices, axis(1))
///
/// @throws index_error naming subscript, axis and shape.
template <local_operand A, local_operand I>
auto take(const A& a, const I& indices, const axis_list<1>& along) {
  using T = typename A::value_type;
  constexpr std::size_t N = A::ndim;
  const auto owner = detail::readable(a);
  const view<const T, N> from = owner;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  const auto at = detail::indices_of(indices, axis, from.shape().data(), N);
  ndarray<T, N - 1 + I::ndim> result(detail::taken_shape(from.shape(), at.shape(), axis));
  if (result.size() > 0)
    detail::move_taken<false>(from, detail::flattened(at), axis, result.data());
  return result;
}

/// Elements at given subscripts in row-major order; the result has the shape of `indices`.
template <local_operand A, local_operand I> auto take(const A& a, const I& indices) {
  using T = typename A::value_type;
  const auto owner = detail::readable(a);
  const view<const T, A::ndim> from = owner;
  const shape_t<1> flat{from.size()};
  const auto at = detail::indices_of(indices, 0, flat.data(), 1);
  ndarray<T, I::ndim> result(at.shape());
  for (index_t i = 0; i < at.size(); ++i)
    result.data()[i] = detail::element_in_order(from, at.data()[i]);
  return result;
}

/// Assigns values at given subscripts in row-major order; values are repeated when there are fewer.
/// Of equal subscripts, the last one counts.
/// @throws index_error for a subscript outside; shape_error when there are no values.
template <local_operand A, local_operand I, local_operand V>
void put(A&& a, const I& indices, const V& values) {
  const auto to = detail::writable(a);
  const shape_t<1> flat{to.size()};
  const auto at = detail::indices_of(indices, 0, flat.data(), 1);
  const ndarray<typename V::value_type, V::ndim> from(values);
  if (at.size() > 0 && from.size() == 0) detail::throw_mask_values(0, at.size());
  for (index_t i = 0; i < at.size(); ++i)
    detail::element_in_order(to, at.data()[i]) =
        static_cast<typename std::remove_cvref_t<A>::value_type>(from.data()[i % from.size()]);
}
template <local_operand A, local_operand I, scalar_operand V>
void put(A&& a, const I& indices, const V& value) {
  put(a, indices, ndarray<V, 1>{value});
}

namespace detail {

[[noreturn]] void throw_along_axis(const index_t* indices, const index_t* shape, std::size_t ndim,
                                   std::size_t axis);

/// Calls f(element of `array`, flat subscript of the indices) for each subscript.
template <class T, std::size_t N, class F>
void for_along_axis(const view<T, N>& array, const ndarray<index_t, N>& indices, std::size_t axis,
                    F f) {
  for (std::size_t d = 0; d < N; ++d)
    if (d != axis && indices.shape(d) != array.shape()[d])
      throw_along_axis(indices.shape().data(), array.shape().data(), N, axis);
  for (index_t flat = 0; flat < indices.size(); ++flat) {
    index_t offset = 0;
    index_t rest = flat;
    for (std::size_t d = N; d-- > 0; rest /= indices.shape(d))
      offset += (d == axis ? indices.data()[flat] : rest % indices.shape(d)) * array.strides()[d];
    f(array.data()[offset], flat);
  }
}

} // namespace detail

/// result(.., j, ..) = a(.., indices(.., j, ..), ..): what `argsort` gives sorts by it.
/// @throws shape_error unless the other axes are equal, index_error for a subscript outside.
template <local_operand A, local_operand I>
auto take_along_axis(const A& a, const I& indices, const axis_list<1>& along) {
  static_assert(A::ndim == I::ndim, "as many axes as the array");
  using T = typename A::value_type;
  const auto owner = detail::readable(a);
  const view<const T, A::ndim> from = owner;
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  const auto at = detail::indices_of(indices, axis, from.shape().data(), A::ndim);
  ndarray<T, A::ndim> result(at.shape());
  detail::for_along_axis(from, at, axis, [&](const T& x, index_t i) { result.data()[i] = x; });
  return result;
}

/// a(.., indices(.., j, ..), ..) = values(.., j, ..); values broadcast.
template <local_operand A, local_operand I, class V>
void put_along_axis(A&& a, const I& indices, const V& values, const axis_list<1>& along) {
  const auto to = detail::writable(a);
  using T = typename std::remove_cvref_t<A>::value_type;
  constexpr std::size_t N = std::remove_cvref_t<A>::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  const auto at = detail::indices_of(indices, axis, to.shape().data(), N);
  ndarray<T, N> from(at.shape());
  from.assign(values);
  detail::for_along_axis(to, at, axis, [&](T& x, index_t i) { x = from.data()[i]; });
}

/// What `a(indices)` gives: an array of the elements at these subscripts of the first axis, which
/// can be assigned to.
///
///     ndarray b = a(indices);
///     a(indices) = 0.0;
template <class T, std::size_t N, std::size_t M> class taken_view : public detail::operand_tag {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t ndim = N - 1 + M;
  static constexpr bool is_global = false;
  static constexpr bool is_assignable = false; // by `assign(expression)`
  static constexpr bool is_selection = true;

  taken_view(const view<T, N>& elements, ndarray<index_t, M> indices)
      : elements_(elements), indices_(std::move(indices)) {}
  taken_view(const taken_view&) = default;

  [[nodiscard]] ndarray<value_type, ndim> copy() const {
    ndarray<value_type, ndim> result(shape());
    if (result.size() > 0)
      detail::move_taken<false>(elements_, detail::flattened(indices_), 0, result.data());
    return result;
  }

  /// Assigns elements; the right-hand side broadcasts. Of equal subscripts, the last one counts.
  template <class E>
  requires(local_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) const taken_view&
  operator=(const E& from) const {
    ndarray<value_type, ndim> values(shape());
    values.assign(from);
    if (values.size() > 0)
      detail::move_taken<true>(elements_, detail::flattened(indices_), 0, values.data());
    return *this;
  }
  const taken_view& operator=(const taken_view& other) const { return *this = other.copy(); }

  template <class E> const taken_view& operator+=(const E& x) const {
    return assign_in_place(copy() + x);
  }
  template <class E> const taken_view& operator-=(const E& x) const {
    return assign_in_place(copy() - x);
  }
  template <class E> const taken_view& operator*=(const E& x) const {
    return assign_in_place(copy() * x);
  }
  template <class E> const taken_view& operator/=(const E& x) const {
    return assign_in_place(copy() / x);
  }

  [[nodiscard]] shape_t<ndim> shape() const {
    return detail::taken_shape(elements_.shape(), indices_.shape(), 0);
  }
  [[nodiscard]] index_t size() const { return size_of(shape()); }

private:
  template <class E> const taken_view& assign_in_place(const E& result) const {
    detail::check_kind_in_place<value_type, typename E::value_type>();
    return *this = result;
  }
  view<T, N> elements_;
  ndarray<index_t, M> indices_;
};

namespace detail {

template <class T, std::size_t N, std::size_t M> struct operand_traits<taken_view<T, N, M>> {
  static auto capture(const taken_view<T, N, M>& v) {
    return owning_node<ndarray<std::remove_const_t<T>, taken_view<T, N, M>::ndim>>{v.copy()};
  }
};

/// a(indices)
template <class T, std::size_t N, array_operand S>
requires is_integer<typename std::remove_cvref_t<S>::value_type>
auto subscript_by(const view<T, N>& elements, S&& indices) {
  return taken_view<T, N, std::remove_cvref_t<S>::ndim>(
      elements, indices_of(indices, 0, elements.shape().data(), N));
}

} // namespace detail

} // namespace tessera
