/// @file
/// Values for those elements of global arrays that a mask chooses.
#pragma once

#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/selection/select.hpp>

namespace tessera::detail {

/// @throws shape_error on all ranks unless there is a value for each chosen element, or, where they
/// are repeated, any.
void check_chosen_values(index_t values, index_t chosen, bool repeats);
/// Of values that every rank has, those for this rank's chosen elements, one behind another; from
/// the beginning again after n of them. Equal values have equal bytes if `is_comparable`; then the
/// ranks compare them where arguments are checked. Collective.
buffer own_values(const chosen_order& order, const std::byte* values, index_t n, index_t itemsize,
                  bool is_comparable);
/// The same from an array of all of them, in blocks as `target` says, of which this rank has
/// `block`. Collective.
buffer own_values_from(const chosen_order& order, const axis_distribution& target,
                       const std::byte* block, index_t itemsize);
/// The axis of an array in equal blocks on the ranks of a view's array.
axis_distribution blocks_beside(const view_ref& like, index_t size);
/// Is a view all of an array, which lies so on the ranks of another?
bool lies_in_blocks(const view_ref& view, const axis_distribution& axis, const view_ref& like);

/// Values that every rank has.
template <class T> class local_values {
public:
  template <class V>
  explicit local_values(const V& values, bool repeats = false)
      : values_(shape_t<1>{size_of(as_node(values).shape())}), repeats_(repeats) {
    static_assert(V::ndim == 1, "values for chosen elements have one axis");
    values_.assign(values);
  }
  [[nodiscard]] buffer own(const chosen_order& order, const view_ref& /*place*/) const {
    check_chosen_values(values_.size(), order.total(), repeats_);
    return own_values(order, reinterpret_cast<const std::byte*>(values_.data()), values_.size(),
                      sizeof(T), is_plain_number<T>);
  }

private:
  ndarray<T, 1> values_;
  bool repeats_;
};

/// Values over ranks.
template <class T, class V> class global_values {
public:
  explicit global_values(const V& values, bool repeats = false)
      : elements_(global_elements_of<T>(values)), repeats_(repeats) {
    static_assert(V::ndim == 1, "values for chosen elements have one axis");
  }
  [[nodiscard]] buffer own(const chosen_order& order, const view_ref& place) const {
    const global_view<const T, 1> all = global_view_of(elements_);
    check_chosen_values(all.size(), order.total(), repeats_);
    if (all.size() >= order.total()) return own_of(all(slice(0, order.total())), order, place);
    const index_t times = (order.total() - 1) / all.size() + 1;
    const global_array<T, 1> repeated = tile(all, {times});
    return own_of(repeated(slice(0, order.total())), order, place);
  }

private:
  static buffer own_of(const global_view<const T, 1>& values, const chosen_order& order,
                       const view_ref& place) {
    const axis_distribution axis = blocks_beside(place, values.size());
    const view_ref ref = values.node().ref();
    if (lies_in_blocks(ref, axis, place))
      return own_values_from(
          order, axis, ref.block->data() + ref.block->layout().origin * ref.itemsize, sizeof(T));
    auto blocks = array_beside<T, 1>(place, values.shape());
    copy_between(blocks.view().node().ref(), ref);
    return own_values_from(
        order, axis, reinterpret_cast<const std::byte*>(writable_part(blocks).data()), sizeof(T));
  }

  decltype(global_elements_of<T>(std::declval<const V&>())) elements_;
  bool repeats_;
};

template <class T, class V> auto chosen_values(const V& values, bool repeats = false) {
  if constexpr (global_operand<V>)
    return global_values<T, V>(values, repeats);
  else
    return local_values<T>(values, repeats);
}

/// Writes values to the elements of a view where a mask is true.
template <class T, std::size_t N, class Mask, class Values>
void assign_chosen(const global_view<T, N>& to, const Mask& mask, const Values& values) {
  const auto target = to.node();
  with_part_in_order(target, mask, [&](const auto& part, const part_placement& placement) {
    const mask_bits bits = part.bits();
    const chosen_order order(part.comm(), placement.layout.grid_ranks, placement.axes, bits);
    const buffer own = values.own(order, part.place());
    expand_elements(array_ref_of(part.writable()), bits, own.data(), bits.count());
    part.place().block->mark_written();
    // Elements that were brought elsewhere go back.
    if (!placement.is_ready) copy_between(target.ref(), part.place());
  });
}

} // namespace tessera::detail
