/// @file
/// Global arrays sorted by several keys at once.
#pragma once

#include <tessera/distributed/sorting/sort.hpp>

namespace tessera {

namespace detail {

/// One element of each key; later keys count more.
template <class First, class... More> struct key_row {
  First first;
  key_row<More...> more;
};
template <class First> struct key_row<First> { First first; };

struct row_order {
  /// -1, 0 or 1
  template <class Row> static int compare(const Row& a, const Row& b) {
    if constexpr (requires { a.more; })
      if (const int later = compare(a.more, b.more); later != 0) return later;
    return sorts_before(a.first, b.first) ? -1 : sorts_before(b.first, a.first) ? 1 : 0;
  }
  template <class Row>
  bool operator()(const placed_element<Row>& a, const placed_element<Row>& b) const noexcept {
    return compare(a.value, b.value) < 0;
  }
};

template <class First, class... More>
key_row<First, More...> key_row_of(index_t i, const First* first, const More*... more) {
  if constexpr (sizeof...(More) > 0)
    return {first[i], key_row_of(i, more...)};
  else
    return {first[i]};
}

/// @throws shape_error
void check_key_shape(index_t first, index_t other);

template <class First, class... More>
global_array<index_t, 1> lexsort_blocks(const global_array<First, 1>& first,
                                        const global_array<More, 1>&... more) {
  using record = placed_element<key_row<First, More...>>;
  global_array<record, 1> records(first.grid(), first.distribution());
  order_by<record, row_order> order{row_order()};
  const index_t begin = first.local_shape()[0] > 0 ? first.block().lower[0] : 0;
  return places_of(
      sorted_runs(std::move(records), order.untyped(), [&](const view<record, 1>& mine) {
        const ndarray<index_t, 1> places = lexsort(first.owned(), more.owned()...);
        for (index_t i = 0; i < mine.size(); ++i) {
          const index_t from = places.data()[i];
          mine.data()[i] = {key_row_of(from, first.owned().data(), more.owned().data()...),
                            begin + from};
        }
      }));
}

} // namespace detail

/// The subscripts that sort by several keys of one axis; the last key counts most. Equal elements
/// keep their order. Collective; as a sort of structs of all keys and an index.
/// @throws shape_error on all ranks unless all keys have the same shape.
template <global_operand First, global_operand... More>
requires(First::ndim == 1 &&
         ((More::ndim == 1) && ...)) global_array<index_t, 1> lexsort(const First& first,
                                                                      const More&... more) {
  (detail::check_key_shape(first.shape()[0], more.shape()[0]), ...);
  return detail::lexsort_blocks(detail::in_blocks(detail::as_node(first)),
                                detail::in_blocks(detail::as_node(more))...);
}

} // namespace tessera
