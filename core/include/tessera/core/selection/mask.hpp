/// @file
/// Elements chosen by a Boolean mask: `a(mask)`, and functions that tell where something is true.
#pragma once

#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/selection/mask_bits.hpp>

#include <array>

namespace tessera {

namespace detail {

[[noreturn]] void throw_mask_subscript(const index_t* mask, std::size_t mask_ndim,
                                       const index_t* shape, std::size_t ndim);
[[noreturn]] void throw_mask_values(index_t values, index_t chosen);

template <class Mask, std::size_t N> void check_mask(const Mask& mask, const shape_t<N>& shape) {
  const auto found = mask.shape();
  if constexpr (Mask::ndim == N)
    if (found == shape) return;
  throw_mask_subscript(found.data(), Mask::ndim, shape.data(), N);
}

/// The elements of a node where the mask is true, in row-major order.
template <class Node, class Mask>
ndarray<typename Node::value_type, 1> compressed(const Node& node, const Mask& mask) {
  using T = typename Node::value_type;
  check_mask(mask, node.shape());
  const mask_bits bits = bits_of_mask(mask);
  ndarray<T, 1> result(shape_t<1>{bits.count()});
  auto* const first = reinterpret_cast<std::byte*>(result.data());
  auto* const end = reinterpret_cast<std::byte*>(result.data() + result.size());
  const element_stretch all_of_it{first, result.size(), end};
  collect_elements(node, bits, &all_of_it);
  return result;
}

/// Writes values, one after another, to the elements of a view that a mask chooses, from the
/// beginning again after the last.
template <class T, std::size_t N, class V>
void expand_values(const view<T, N>& to, const mask_bits& bits, const ndarray<V, 1>& values) {
  if constexpr (std::is_same_v<V, T>) {
    expand_elements(array_ref_of(to), bits, reinterpret_cast<const std::byte*>(values.data()),
                    values.size());
  } else {
    ndarray<T, 1> kept_values(values.shape());
    for (index_t i = 0; i < values.size(); ++i) kept_values.data()[i] = kept<T>(values.data()[i]);
    expand_values(to, bits, kept_values);
  }
}

/// What is assigned to, as a view.
template <class A> auto writable(A& a) {
  if constexpr (requires { a.view(); })
    return a.view();
  else
    return a;
}

/// The element of a view at a subscript in row-major order.
template <class T, std::size_t N> T& element_in_order(const view<T, N>& v, index_t flat) {
  index_t offset = 0;
  for (std::size_t d = N; d-- > 0; flat /= v.shape()[d])
    offset += flat % v.shape()[d] * v.strides()[d];
  return v.data()[offset];
}

} // namespace detail

/// What `a(mask)` gives: an array of the elements where the mask is true, in row-major order, which
/// can be assigned to. As an operand it is an array of one axis:
///
///     mean(a(a > 0.0))
///     ndarray positive = a(a > 0.0);
///     a(a < 0.0) = 0.0;
///     a(mask) += 1.0;
///     a(mask) = values;              // as many as the mask chooses
template <class T, std::size_t N, class Mask> class masked_view : public detail::operand_tag {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t ndim = 1;
  static constexpr bool is_global = false;
  static constexpr bool is_assignable = false; // by `assign(expression)`
  static constexpr bool is_selection = true;

  masked_view(const view<T, N>& elements, Mask mask) : elements_(elements), mask_(std::move(mask)) {
    detail::check_mask(mask_, elements.shape());
  }
  masked_view(const masked_view&) = default;

  /// The number of elements that the mask chooses; counted anew at each call.
  [[nodiscard]] index_t size() const {
    return static_cast<index_t>(detail::accumulated<detail::sum_accumulator<bool>>(mask_).value());
  }
  [[nodiscard]] shape_t<1> shape() const { return {size()}; }

  /// A copy of the elements.
  [[nodiscard]] ndarray<value_type, 1> copy() const {
    return detail::compressed(detail::capture(elements_), mask_);
  }

  /// Assigns one value, or as many as the mask chooses.
  /// @throws shape_error when there are more or fewer values.
  template <class E>
  requires(local_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) const masked_view&
  operator=(const E& from) const {
    if constexpr (!array_operand<E>)
      elements_.assign(
          detail::make_expression(detail::choose(), detail::node_reference{&mask_},
                                  detail::scalar_node<value_type>{detail::fitted<value_type>(from)},
                                  detail::capture(elements_)));
    else
      assign_values(ndarray<typename E::value_type, 1>(from));
    return *this;
  }
  const masked_view& operator=(const masked_view& other) const {
    assign_values(other.copy());
    return *this;
  }

  template <class E> const masked_view& operator+=(const E& x) const {
    return assign_in_place(copy() + x);
  }
  template <class E> const masked_view& operator-=(const E& x) const {
    return assign_in_place(copy() - x);
  }
  template <class E> const masked_view& operator*=(const E& x) const {
    return assign_in_place(copy() * x);
  }
  template <class E> const masked_view& operator/=(const E& x) const {
    return assign_in_place(copy() / x);
  }

private:
  template <class E> const masked_view& assign_in_place(const E& result) const {
    detail::check_kind_in_place<value_type, typename E::value_type>();
    return *this = result;
  }
  template <class V> void assign_values(const ndarray<V, 1>& values) const {
    // The mask may be an expression of what is assigned to: it is done with before that changes.
    const detail::mask_bits bits = detail::bits_of_mask(mask_);
    if (values.size() != bits.count()) detail::throw_mask_values(values.size(), bits.count());
    detail::expand_values(elements_, bits, values);
  }

  view<T, N> elements_;
  Mask mask_;
};

namespace detail {

template <class T, std::size_t N, class Mask> struct operand_traits<masked_view<T, N, Mask>> {
  static auto capture(const masked_view<T, N, Mask>& v) {
    return owning_node<ndarray<std::remove_const_t<T>, 1>>{v.copy()};
  }
};

/// a(mask)
template <class T, std::size_t N, array_operand S>
requires std::is_same_v < typename std::remove_cvref_t<S>::value_type,
bool > auto subscript_by(const view<T, N>& elements, S&& mask) {
  auto node = capture(std::forward<S>(mask));
  return masked_view<T, N, decltype(node)>(elements, std::move(node));
}

/// Where a node is not zero.
template <class Node> mask_bits true_bits(const Node& node) {
  if constexpr (std::is_same_v<typename Node::value_type, bool>)
    return bits_of_mask(node);
  else
    return bits_of_mask(make_expression(is_true(), node_reference{&node}));
}

/// Subscripts in row-major order of what is not zero.
template <class Node> ndarray<index_t, 1> places_in(const Node& node) {
  const mask_bits bits = true_bits(node);
  ndarray<index_t, 1> result(shape_t<1>{bits.count()});
  list_places(result.data(), result.data() + result.size(), 0, bits.size(), bits, 0);
  return result;
}
template <class A> ndarray<index_t, 1> flat_places(const A& a) { return places_in(as_node(a)); }
/// The same of the node of a mask of a given shape.
template <class Mask, std::size_t N>
ndarray<index_t, 1> flat_places_of(const Mask& mask, const shape_t<N>& shape) {
  check_mask(mask, shape);
  return places_in(mask);
}

} // namespace detail

/// The elements of an array or expression where a mask of the same shape is true, in row-major
/// order, as an array.
/// @throws shape_error naming both shapes.
template <local_operand M, local_operand A>
requires std::is_same_v<typename M::value_type, bool>
auto compress(const M& mask, const A& a) {
  const auto& node = detail::as_node(a);
  const auto& chosen = detail::as_node(mask);
  return detail::compressed(node, chosen);
}

/// The same for any condition: true where it is not zero.
template <local_operand C, local_operand A> auto extract(const C& condition, const A& a) {
  return compress(detail::elementwise(detail::is_true(), condition), a);
}

/// Subscripts, in row-major order, of the elements that are not zero.
template <local_operand A> ndarray<index_t, 1> flatnonzero(const A& a) {
  return detail::flat_places(a);
}

/// Subscripts of the elements that are not zero: one array per axis, in row-major order.
template <local_operand A> std::array<ndarray<index_t, 1>, A::ndim> nonzero(const A& a) {
  const auto& node = detail::as_node(a);
  const detail::mask_bits bits = detail::true_bits(node);
  std::array<ndarray<index_t, 1>, A::ndim> result;
  for (auto& places : result) places = ndarray<index_t, 1>(shape_t<1>{bits.count()});
  index_t filled = 0;
  detail::for_rows(node.shape(), [&](index_t first, index_t n, const auto& row) {
    index_t* const to = result[A::ndim - 1].data();
    const index_t* const end = to + bits.count();
    const index_t count = detail::list_places(to + filled, end, 0, n, bits, first);
    for (std::size_t d = 0; d + 1 < A::ndim; ++d)
      for (index_t i = 0; i < count; ++i) result[d].data()[filled + i] = row[d];
    filled += count;
  });
  return result;
}

/// `where` with a condition alone is `nonzero`.
template <local_operand A> auto where(const A& condition) { return nonzero(condition); }

/// The subscripts of the elements that are not zero, one row for each.
template <local_operand A> ndarray<index_t, 2> argwhere(const A& a) {
  const auto places = nonzero(a);
  ndarray<index_t, 2> result(shape_t<2>{places[0].size(), static_cast<index_t>(A::ndim)});
  for (std::size_t d = 0; d < A::ndim; ++d) result(all, static_cast<index_t>(d)) = places[d];
  return result;
}

/// Assigns values where a mask is true: the first where it is true first, and so on, from the
/// beginning again when they run out.
/// @throws shape_error when the mask has another shape, or when there are no values.
template <local_operand A, local_operand M, local_operand V>
void place(A&& a, const M& mask, const V& values) {
  const auto elements = detail::writable(a);
  const auto& node = detail::as_node(mask);
  detail::check_mask(node, elements.shape());
  const ndarray<typename V::value_type, 1> from(values);
  const detail::mask_bits bits = detail::true_bits(node);
  if (bits.count() > 0 && from.size() == 0) detail::throw_mask_values(0, bits.count());
  detail::expand_values(elements, bits, from);
}

} // namespace tessera
