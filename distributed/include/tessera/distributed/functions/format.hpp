/// @file
/// Global arrays as text, as NumPy prints arrays.
#pragma once

#include <tessera/core/text/format.hpp>
#include <tessera/distributed/arrays/copy.hpp>

namespace tessera {

namespace detail {

/// The elements that are printed, on rank 0: all, or where that is too many, those near both ends
/// of each axis, with one element that is not printed in between. Then `options` are changed so
/// that it prints as the whole does.
template <class T, std::size_t N>
ndarray<T, N> printed_corners(const global_node<T, N>& node, print_options& options) {
  const shape_t<N>& whole = node.shape();
  const index_t edge = options.edgeitems;
  if (options.threshold < 0 || edge < 1 || size_of(whole) <= options.threshold)
    return gathered(node, 0);
  options.threshold = 0;
  const auto has_gap = [&](std::size_t m) { return edge < whole[m] - edge; };
  shape_t<N> shape = whole;
  std::size_t corners = 1;
  for (std::size_t m = 0; m < N; ++m) {
    if (!has_gap(m)) continue;
    shape[m] = 2 * edge + 1;
    corners *= 2;
  }
  ndarray<T, N> result(shape, T{});
  for (std::size_t corner = 0; corner < corners; ++corner) {
    global_node<T, N> part = node;
    T* to = result.data();
    std::size_t rest = corner;
    for (std::size_t m = 0; m < N; ++m) {
      if (!has_gap(m)) continue;
      const index_t first = rest % 2 == 0 ? 0 : edge + 1;
      rest /= 2;
      part.layout.shape[m] = edge;
      if (first > 0) part.layout.walks[m].first += (whole[m] - edge) * part.layout.walks[m].step;
      to += first * result.strides()[m];
    }
    const ndarray<T, N> elements = gathered(part, 0);
    if (elements.size() > 0) view<T, N>(to, part.layout.shape, result.strides()).assign(elements);
  }
  return result;
}

/// Writes a line on the standard output of rank 0.
void print_line(const communicator& comm, const std::string& text);

} // namespace detail

/// A global array, view or expression as text, the same as that of a local array with its elements,
/// on all ranks. Only what is shown travels. Collective.
/// @throws argument_error as the local `format`, on all ranks.
template <global_operand A, class String = std::string>
String format(const A& a, const print_options& options = {}) {
  if constexpr (detail::is_expression<A>) {
    return format(copy(a), options);
  } else {
    print_options changed = options;
    const auto node = detail::as_node(a);
    const communicator& comm = node.block->comm();
    const auto shown = detail::printed_corners(node, changed);
    return broadcast(
        comm,
        collectively(comm, [&] { return comm.rank() == 0 ? format(shown, changed) : String(); }),
        0);
  }
}

/// As `format`, with the usual options. Collective.
template <global_operand A, class String = std::string> String to_string(const A& a) {
  return format(a);
}

/// Prints a global array on a stream of rank 0, as `format`. Collective.
template <global_operand A> std::ostream& operator<<(std::ostream& out, const A& a) {
  if constexpr (detail::is_expression<A>) {
    return out << copy(a);
  } else {
    const auto text = format(a);
    if (detail::as_node(a).block->comm().rank() == 0) detail::write_text(out, text);
    return out;
  }
}

/// Prints a global array and a line's end on the standard output, from rank 0. Collective.
///
///     print(u);
///     print(u(0, all), {.precision = 3});
template <global_operand A> void print(const A& a, const print_options& options = {}) {
  if constexpr (detail::is_expression<A>)
    print(copy(a), options);
  else
    detail::print_line(detail::as_node(a).block->comm(), format(a, options));
}

} // namespace tessera
