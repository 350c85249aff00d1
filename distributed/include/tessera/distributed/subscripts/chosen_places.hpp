/// @file
/// Elements of global arrays that arrays of subscripts name: `u(i)`, `u(i, j)`.
#pragma once

#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/subscripts/subscript_plan.hpp>

#include <array>
#include <utility>

namespace tessera {

namespace detail {

/// Arrays of integers, local (which every rank has) or global.
template <class I>
concept subscript_array =
    array_operand<I> && is_integer<typename std::remove_cvref_t<I>::value_type>;

/// Assigns values, of which local ones have the shape: under any distribution.
template <class T, std::size_t M, class V>
void assign_values(global_array<T, M>& to, const V& values) {
  if constexpr (local_operand<V>) {
    const ndarray<typename V::value_type, V::ndim> given(values);
    if constexpr (V::ndim == M)
      if (given.shape() == to.shape()) {
        to.fill([&](auto... i) noexcept { return static_cast<T>(given(i...)); });
        return;
      }
    to.view().assign(given);
  } else {
    to.view().assign(values);
  }
}

/// A new array of subscripts that lie as the given ones do; local ones in equal blocks of whole
/// rows, so that their order is that of the ranks.
template <std::size_t M, class I>
global_array<index_t, M> placed_subscripts(const view_ref& array, const I& given) {
  if constexpr (I::is_global) {
    auto result = copied<index_t>(as_node(given));
    check_same_ranks(array.block->comm(), result.comm());
    return result;
  } else {
    grid_dims<M> rows;
    rows.fill(1);
    rows[0] = array.block->grid_ranks();
    global_array<index_t, M> result(process_grid<M>::sharing(array.block->comm(), rows, {}),
                                    as_node(given).shape());
    assign_values(result, given);
    return result;
  }
}

/// Lists of this rank's own elements of arrays that have no halo.
template <std::size_t M, std::size_t K>
subscript_lists lists_of(const view_ref& view,
                         const std::array<global_array<index_t, M>, K>& all_of, std::size_t axes) {
  const index_t* data[K];
  index_t counts[K];
  for (std::size_t k = 0; k < K; ++k) {
    data[k] = all_of[k].owned().data();
    counts[k] = size_of(all_of[k].local_shape());
  }
  return {view, {data, counts, axes}};
}

} // namespace detail

/// What `u(i)` and `u(i, j)` give: the elements at these subscripts, with the shape of the
/// subscripts and distributed as these are (in equal blocks along the first axis, where every rank
/// has them). It stands in expressions as an array does, and becomes one; **assigning to it writes
/// the elements of the array**, of equal subscripts the last in row-major order. Made by the
/// array's operator; making one is collective, as all that it does, and costs what a
/// `subscript_plan` costs. It must not outlive the array.
///
///     global_array x = u(index);          // a new array
///     u(index) = 0.0;
///     u(rows, columns) += weights;        // equal subscripts: the last counts; see add_at
template <class T, std::size_t N, std::size_t M> class chosen_places : public detail::operand_tag {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t ndim = M;
  static constexpr bool is_global = true;
  static constexpr bool is_assignable = false; // through an expression

  /// For operators. Collective.
  template <std::size_t K>
  chosen_places(const global_view<T, N>& from, std::array<global_array<index_t, M>, K> subscripts,
                std::size_t axes)
      : block_(from.node().block), lists_(detail::lists_of(from.node().ref(), subscripts, axes)),
        like_(std::move(subscripts[0])) {}

  /// The shape of the subscripts. Local.
  [[nodiscard]] shape_t<M> shape() const { return like_.shape(); }
  /// How many they are. Local.
  [[nodiscard]] index_t size() const { return like_.size(); }

  /// The elements as a new array. Collective.
  [[nodiscard]] global_array<value_type, M> copy() const {
    global_array<value_type, M> result(like_.grid(), like_.distribution());
    exchange(detail::subscript_move::gather, result, {});
    return result;
  }
  /// The same. Collective.
  operator global_array<value_type, M>() const { return copy(); } // NOLINT: converts on purpose

  /// Assigns a scalar, or an array or expression of the shape of the subscripts, local or global;
  /// a global array may be distributed in any way, an expression is computed where the subscripts
  /// are. Values may be of the same array. Collective.
  /// @throws shape_error, argument_error on all ranks.
  template <class V> const chosen_places& operator=(const V& values) const {
    put(detail::subscript_move::replace, values,
        {&detail::combine_row_by<value_type, detail::take_later>,
         &detail::combine_listed_by<value_type, detail::take_later>});
    return *this;
  }
  const chosen_places& operator=(const chosen_places& other) const { return *this = other.copy(); }
  /// The same of the elements added by values, of which they may be copies. Collective.
  template <class V> const chosen_places& operator+=(const V& v) const { return *this = *this + v; }
  /// The same of the elements subtracted by values, of which they may be copies. Collective.
  template <class V> const chosen_places& operator-=(const V& v) const { return *this = *this - v; }
  /// The same of the elements multiplied by values, of which they may be copies. Collective.
  template <class V> const chosen_places& operator*=(const V& v) const { return *this = *this * v; }
  /// The same of the elements divided by values, of which they may be copies. Collective.
  template <class V> const chosen_places& operator/=(const V& v) const { return *this = *this / v; }

  /// Combines every element with all values that belong to it, in row-major order of the
  /// subscripts on one rank, and in the order of the ranks. Collective.
  template <class F, class V> void combine(const V& values, const F& /*f*/) const {
    put(detail::subscript_move::combine, values,
        {&detail::combine_row_by<value_type, F>, &detail::combine_listed_by<value_type, F>});
  }

private:
  template <class V>
  void put(detail::subscript_move move, const V& values, const detail::combiner& combine) const {
    static_assert(!std::is_const_v<T>, "these elements are of a read-only view");
    global_array<value_type, M> own(like_.grid(), like_.distribution());
    detail::assign_values(own, values);
    exchange(move, own, combine);
  }
  void exchange(detail::subscript_move move, global_array<value_type, M>& values,
                const detail::combiner& combine) const {
    const auto own = detail::writable_part(values);
    const detail::subscript_column column{block_, own.data(), own.size(), 1, combine};
    lists_.start(move, &column, 1).finish();
  }

  detail::global_block* block_;
  detail::subscript_lists lists_;
  global_array<index_t, M> like_;
};

template <class T, std::size_t N, std::size_t M>
global_array(const chosen_places<T, N, M>&) -> global_array<std::remove_const_t<T>, M>;

namespace detail {

template <class T, std::size_t N, std::size_t M> struct operand_traits<chosen_places<T, N, M>> {
  using value = std::remove_const_t<T>;
  static auto capture(const chosen_places<T, N, M>& places) {
    return owning_global_node<value, M>(places.copy());
  }
};

template <class... I> constexpr std::size_t most_axes() {
  std::size_t most = 0;
  ((most = I::ndim > most ? I::ndim : most), ...);
  return most;
}

/// Subscripts of one shape, for each axis or flat; they lie as the first global ones do.
template <class T, std::size_t N, class... I>
auto places_of(const global_view<T, N>& view, std::size_t axes, const I&... given) {
  constexpr std::size_t M = most_axes<I...>();
  constexpr bool are_global[] = {I::is_global...};
  constexpr std::size_t K = sizeof...(I);
  std::size_t first = 0;
  while (first < K && !are_global[first]) ++first;
  if (first == K) first = 0;
  std::array<global_array<index_t, M>, K> placed;
  const auto each = [&](const auto& act) {
    std::size_t k = 0;
    (act(given, k++), ...);
  };
  each([&](const auto& one, std::size_t k) {
    if constexpr (std::remove_cvref_t<decltype(one)>::ndim == M)
      if (k == first) placed[k] = placed_subscripts<M>(view.node().ref(), one);
  });
  each([&](const auto& one, std::size_t k) {
    if (k == first) return;
    placed[k] = global_array<index_t, M>(placed[first].grid(), placed[first].distribution());
    assign_values(placed[k], one);
  });
  return chosen_places<T, N, M>(view, std::move(placed), axes);
}

/// See global_view's operator: one array of subscripts for each axis.
template <class T, std::size_t N, subscript_array... I>
requires(sizeof...(I) == N) auto global_subscript_by(const global_view<T, N>& view,
                                                     const I&... subscripts) {
  return places_of(view, N, subscripts...);
}

} // namespace detail

} // namespace tessera
