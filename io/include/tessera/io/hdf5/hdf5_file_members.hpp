/// @file
/// Bodies of hdf5_file's templates.
#pragma once

#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/io/hdf5/hdf5_file_class.hpp>

#include <utility>

namespace tessera {

template <class A, class Write> void hdf5_file::with_elements(const A& array, Write&& write) {
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
void hdf5_file::write(const std::string& dataset, const A& array, const hdf5_layout& layout) {
  with_elements(array, [&](const detail::file_source& from) { write_new(dataset, from, layout); });
}

template <detail::file_value A, class... S>
requires(detail::is_file_subscript<S>&&...) void hdf5_file::write_into(const std::string& dataset,
                                                                       const A& array,
                                                                       const S&... subscripts) {
  with_elements(array, [&](const detail::file_source& from) {
    write_selected(dataset, from, {subscripts...});
  });
}

template <detail::file_value A>
void hdf5_file::append(const std::string& dataset, const A& array, const hdf5_layout& layout) {
  with_elements(array,
                [&](const detail::file_source& from) { append_frame(dataset, from, layout); });
}

template <class T, std::size_t N, class... S>
requires(sizeof...(S) > 0 && (detail::is_file_subscript<S> &&
                              ...)) ndarray<T, N> hdf5_file::read(const std::string& dataset,
                                                                  const S&... subscripts) {
  const std::vector<index_t> selected =
      selected_shape(dataset, detail::dtype_of<T>(), N, {subscripts...});
  shape_t<N> extents{};
  for (std::size_t d = 0; d < N; ++d) extents[d] = selected[d];
  auto result = collectively(comm(), [&] { return ndarray<T, N>(extents); });
  read_selected(dataset, detail::file_part_of(std::as_const(result).view()),
                detail::bytes_of(result.data()), {subscripts...});
  return result;
}

template <class T, class... S>
requires(detail::is_integer<S>&&...) T hdf5_file::read(const std::string& dataset,
                                                       const S&... subscripts) {
  if constexpr (std::is_same_v<T, std::string>) {
    static_assert(sizeof...(S) == 0, "read_text reads texts of several");
    return read_single_text(dataset);
  } else {
    T value{};
    static_cast<void>(selected_shape(dataset, detail::dtype_of<T>(), 0, {subscripts...}));
    read_selected(dataset, {detail::dtype_of<T>(), {}, {}, {}}, detail::bytes_of(&value),
                  {subscripts...});
    return value;
  }
}

template <class T, std::size_t N, class... S>
requires(sizeof...(S) > 0 && (detail::is_file_subscript<S> && ...)) void hdf5_file::read(
    const std::string& dataset, global_array<T, N>& into, const S&... subscripts) {
  check_ranks(into.comm());
  if (into.distribution().is_cyclic())
    return read_rows(into, [&](auto& rows) { read(dataset, rows, subscripts...); });
  read_selected_part(dataset, detail::file_part_of(into), detail::bytes_of(into.owned().data()),
                     {subscripts...});
}

} // namespace tessera
