/// @file
/// Bodies of zarr_store's templates.
#pragma once

#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/io/zarr/zarr_store_class.hpp>

#include <utility>

namespace tessera {

template <class A, class Write> void zarr_store::with_elements(const A& array, Write&& write) {
  if constexpr (detail::file_scalar<A>) {
    write({detail::dtype_of<A>(), {}, nullptr, {}, detail::bytes_of(&array)});
  } else if constexpr (A::is_global && !detail::global_elements<A>) {
    with_elements(copy(array), std::forward<Write>(write));
  } else if constexpr (A::is_global) {
    check_ranks(array.comm());
    const auto node = detail::as_node(array);
    const detail::view_ref ref = node.ref();
    write(detail::file_source_of<typename A::value_type>(ref));
  } else {
    const auto elements = collectively(comm(), [&] { return detail::readable(array); });
    write(detail::file_source_of(detail::readable(elements)));
  }
}

template <detail::file_value A>
void zarr_store::write(const std::string& array_name, const A& array, const zarr_layout& layout) {
  with_elements(array,
                [&](const detail::file_source& from) { write_new(array_name, from, layout); });
}

template <detail::file_value A>
void zarr_store::append(const std::string& array_name, const A& array, const zarr_layout& layout) {
  with_elements(array,
                [&](const detail::file_source& from) { append_frame(array_name, from, layout); });
}

template <class T, std::size_t N>
ndarray<T, N> zarr_store::read_local(const std::string& array_name, subscript_list subscripts) {
  const std::vector<index_t> selected =
      selected_shape(array_name, detail::dtype_of<T>(), N, subscripts);
  shape_t<N> extents{};
  for (std::size_t d = 0; d < N; ++d) extents[d] = selected[d];
  auto result = collectively(comm(), [&] { return ndarray<T, N>(extents); });
  read_selected(array_name, detail::file_part_of(std::as_const(result).view()),
                detail::bytes_of(result.data()), subscripts);
  return result;
}

template <class T, class... S>
requires(detail::is_integer<S>&&...) T zarr_store::read(const std::string& array_name,
                                                        const S&... subscripts) {
  T value{};
  static_cast<void>(selected_shape(array_name, detail::dtype_of<T>(), 0, {subscripts...}));
  read_selected(array_name, {detail::dtype_of<T>(), {}, {}, {}}, detail::bytes_of(&value),
                {subscripts...});
  return value;
}

template <class T, std::size_t N, class... S>
requires(sizeof...(S) > 0 && (detail::is_file_subscript<S> && ...)) void zarr_store::read(
    const std::string& array_name, global_array<T, N>& into, const S&... subscripts) {
  check_ranks(into.comm());
  if (into.distribution().is_cyclic()) { // ranks own no boxes: whole rows first
    global_array<T, N> rows(grid_along<N>(into.comm(), 0), into.shape());
    read(array_name, rows, subscripts...);
    return redistribute(rows, into);
  }
  read_selected_part(array_name, detail::file_part_of(into), detail::bytes_of(into.owned().data()),
                     {subscripts...});
}

} // namespace tessera
