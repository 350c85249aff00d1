/// @file
/// `u(mask)` of global arrays and views: the elements where a mask is true, read and written.
#pragma once

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/elements/where.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/selection/masked_assign.hpp>

namespace tessera {

/// What `u(mask)` gives of a global array or view: the elements where a mask of the same shape is
/// true, in row-major order of the array, as an array of one axis that can be assigned to. The mask
/// is any Boolean expression that lies as the elements do, or a local one that every rank has.
/// Making one costs nothing; the array must outlive it, and so must arrays that the mask names.
/// Members are collective.
///
///     const double average = mean(u(u > 0.0));
///     global_array positive = u(u > 0.0); // in equal blocks, as `compress` gives
///     u(u < 0.0) = 0.0;
///     u(mask) += 1.0;
///     u(mask) = values;                   // as many as the mask chooses, in their order
template <class T, std::size_t N, class Mask>
class global_masked_view : public detail::operand_tag {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t ndim = 1;
  static constexpr bool is_global = true;
  static constexpr bool is_assignable = false; // by `assign(expression)`
  static constexpr bool is_selection = true;

  /// @throws shape_error on all ranks unless the mask has the view's shape.
  global_masked_view(const global_view<T, N>& elements, Mask mask)
      : elements_(elements), mask_(std::move(mask)) {
    detail::check_mask(mask_, elements.shape());
  }
  global_masked_view(const global_masked_view&) = default;

  /// The number of elements that the mask chooses; counted anew at each call. Collective.
  [[nodiscard]] index_t size() const {
    return static_cast<index_t>(detail::accumulated<detail::sum_accumulator<bool>>(mask_).value());
  }
  [[nodiscard]] shape_t<1> shape() const { return {size()}; }

  /// A new array of the elements, in equal blocks; see `compress`. Collective.
  [[nodiscard]] global_array<value_type, 1> copy() const {
    return detail::selected(elements_.node(), mask_);
  }
  operator global_array<value_type, 1>() const { return copy(); } // NOLINT: converts on purpose
  /// All of them on every rank. Collective.
  [[nodiscard]] ndarray<value_type, 1> gather_all() const { return copy().gather_all(); }

  /// Assigns one value; or as many as the mask chooses, in their order: an array that every rank
  /// has, or a global one or an expression, however it is distributed. One value costs what an
  /// assignment of `where` does. Several travel from their owners to those of the elements, each
  /// once; a rank needs memory for those of its elements, and, where the values are not in equal
  /// blocks, for a copy of them. Collective.
  /// @throws shape_error on all ranks, naming both numbers, when there are more or fewer values.
  template <class E>
  requires(array_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) const global_masked_view&
  operator=(const E& from) const {
    static_assert(!std::is_const_v<T>, "this view is read-only");
    if constexpr (!array_operand<E>)
      assign_where_true(detail::scalar_node<value_type>{detail::fitted<value_type>(from)});
    else if constexpr (requires { E::is_selection; })
      *this = from.copy();
    else
      detail::assign_chosen(elements_, mask_, detail::chosen_values<value_type>(from));
    return *this;
  }
  const global_masked_view& operator=(const global_masked_view& other) const {
    return *this = other.copy();
  }

  /// @name In place
  /// With one value for all, or one for each. Collective; as assignments, and those of several
  /// values bring the elements together before.
  /// @{
  template <class E> const global_masked_view& operator+=(const E& x) const {
    return assign_in_place(x, [](const auto& a, const auto& b) { return a + b; });
  }
  template <class E> const global_masked_view& operator-=(const E& x) const {
    return assign_in_place(x, [](const auto& a, const auto& b) { return a - b; });
  }
  template <class E> const global_masked_view& operator*=(const E& x) const {
    return assign_in_place(x, [](const auto& a, const auto& b) { return a * b; });
  }
  template <class E> const global_masked_view& operator/=(const E& x) const {
    return assign_in_place(x, [](const auto& a, const auto& b) { return a / b; });
  }
  /// @}

private:
  template <class Node> void assign_where_true(const Node& value) const {
    elements_.assign(detail::make_expression(detail::choose(), detail::node_reference{&mask_},
                                             value, detail::capture(elements_)));
  }
  template <class E, class F> const global_masked_view& assign_in_place(const E& x, F f) const {
    static_assert(!std::is_const_v<T>, "this view is read-only");
    if constexpr (!array_operand<E>) {
      const auto changed = f(elements_, x);
      detail::check_kind_in_place<value_type, typename decltype(changed)::value_type>();
      assign_where_true(detail::node_reference{&changed});
      return *this;
    } else {
      const global_array<value_type, 1> old = copy();
      const auto values = values_beside(x, old);
      const auto changed = f(old, values);
      detail::check_kind_in_place<value_type, typename decltype(changed)::value_type>();
      return *this = changed;
    }
  }
  /// Values where the elements are: one for each.
  template <class E>
  static auto values_beside(const E& x, const global_array<value_type, 1>& like) {
    using V = typename E::value_type;
    if constexpr (requires { E::is_selection; }) {
      return values_beside(x.copy(), like);
    } else {
      const auto& node = detail::as_node(x);
      detail::check_chosen_values(size_of(node.shape()), like.size(), false);
      if constexpr (global_operand<E>) {
        const auto elements = detail::global_elements_of<V>(x);
        auto beside = global_array<V, 1>(like.grid(), like.distribution());
        beside.view().assign(detail::global_view_of(elements));
        return beside;
      } else {
        return ndarray<V, 1>(x);
      }
    }
  }

  global_view<T, N> elements_;
  Mask mask_;
};

template <class T, std::size_t N, class Mask>
global_array(const global_masked_view<T, N, Mask>&) -> global_array<std::remove_const_t<T>, 1>;

/// A new array of the elements, in equal blocks. Collective.
template <class T, std::size_t N, class Mask>
auto copy(const global_masked_view<T, N, Mask>& chosen) {
  return chosen.copy();
}

namespace detail {

template <class T, std::size_t N, class Mask>
struct operand_traits<global_masked_view<T, N, Mask>> {
  static auto capture(const global_masked_view<T, N, Mask>& v) {
    return owning_global_node<std::remove_const_t<T>, 1>{v.copy()};
  }
};

template <class S, std::size_t N> inline constexpr bool is_mask_of = false;
template <array_operand S, std::size_t N>
inline constexpr bool is_mask_of<S, N> =
    std::is_same_v<typename std::remove_cvref_t<S>::value_type, bool>&&
        std::remove_cvref_t<S>::ndim == N;

/// u(mask)
template <class T, std::size_t N, class S>
requires is_mask_of<S, N>
auto global_subscript_by(const global_view<T, N>& elements, S&& mask) {
  auto node = capture(std::forward<S>(mask));
  return global_masked_view<T, N, decltype(node)>(elements, std::move(node));
}

} // namespace detail

} // namespace tessera
