/// @file
/// Makes the draws of core's generator fill global arrays and their views. Element i, counted in
/// row-major order of the global index, is the same as in a local draw, under every distribution.
/// So are choices and orders: `choice` and `permutation` give new arrays in equal blocks, of which
/// each element travels once at most; every rank draws the places, as many as there are rows.
#pragma once

#include <tessera/core/random.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/functions/reduce_axes.hpp>

namespace tessera::detail {

/// The rows of this rank's part of a view, along its last axis.
class own_rows {
public:
  own_rows(const view_ref& view, const evaluation& run);

  /// Goes to the first or next row; false when there is none left.
  bool next();
  /// Number of the row's first element among all of the view.
  [[nodiscard]] index_t first() const;
  [[nodiscard]] std::byte* data() const;
  [[nodiscard]] index_t size() const { return part_.shape[view_.ndim - 1]; }
  [[nodiscard]] index_t step() const { return part_.strides[view_.ndim - 1]; }

private:
  view_ref view_;
  const evaluation& run_;
  operand_part part_;
  index_t at_[max_ndim]{};
  bool is_started_ = false;
};

template <class T, class Distribution>
void draw_row(const draw_position& at, const Distribution& d, T* to, index_t n, index_t step) {
  using drawn = typename Distribution::type;
  if constexpr (std::is_same_v<T, drawn>)
    if (step == 1) return fill(at, d, to, n);
  constexpr index_t block = 1024;
  drawn values[block];
  for (index_t first = 0; first < n; first += block) {
    const index_t m = n - first < block ? n - first : block;
    fill(at.after(first), d, values, m);
    for (index_t i = 0; i < m; ++i) to[(first + i) * step] = static_cast<T>(values[i]);
  }
}

template <class A>
requires A::is_global struct drawn_into<A> {
  template <class Distribution>
  static void fill_with(const draw_position& at, const Distribution& d, A& to) {
    using T = typename A::value_type;
    typename Distribution::type none;
    fill(at, d, &none, 0); // throws for bad parameters, also where there are no elements
    const auto node = as_node(to);
    const view_ref view = node.ref();
    if (is_any_cyclic(node)) {
      auto blocks = array_beside<T, A::ndim>(view, node.shape());
      drawn_into<decltype(blocks)>::fill_with(at, d, blocks);
      return copy_between(view, as_node(blocks).ref());
    }
    const evaluation run(view, true, nullptr, 0, 0);
    own_rows rows(view, run);
    while (rows.next())
      draw_row(at.after(rows.first()), d, reinterpret_cast<T*>(rows.data()), rows.size(),
               rows.step());
  }
};

template <class A>
requires A::is_global struct rows_of<A> {
  using T = typename A::value_type;
  static constexpr std::size_t N = A::ndim;

  static auto at(const A& a, const ndarray<index_t, 1>& places) {
    const auto from = global_elements_of<T>(a);
    const global_view<const T, N> v = global_view_of(from);
    shape_t<N> shape = v.shape();
    std::vector<axis_segments> axes = whole_axes(shape);
    shape[0] = places.size();
    axes[0] = picked_axis(places.data(), places.size());
    return from_segments<T, N>(v, shape, axes);
  }
  static void reorder(A& a, const ndarray<index_t, 1>& places) {
    const auto reordered = at(a, places);
    global_view_of(a).assign(reordered.view());
  }
};

} // namespace tessera::detail
