/// @file
/// A function of the user's applied to every line of an array.
#pragma once

#include <tessera/core/reductions/reduction_kernels.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/types/advance_index.hpp>

#include <type_traits>

namespace tessera {

namespace detail {

/// The array of lines that a function gives: its type, and whether it gives numbers.
template <class F, class T> struct line_result {
  using type = std::remove_cvref_t<std::invoke_result_t<const F&, view<const T, 1>>>;
  static constexpr bool is_number = !array_operand<type>;
};
template <class X> struct element_of_line { using type = X; };
template <array_operand X> struct element_of_line<X> { using type = typename X::value_type; };
template <class F, class T>
using line_element = typename element_of_line<typename line_result<F, T>::type>::type;

[[noreturn]] void throw_line_length(index_t line, index_t found, index_t expected);

/// Calls visit(offset in `from`, offset in `to`) for the beginning of each line.
template <std::size_t N, class Visit>
void visit_line_starts(shape_t<N> shape, std::size_t axis, const shape_t<N>& from,
                       const shape_t<N>& to, Visit visit) {
  shape[axis] = 1;
  index_t at[N]{};
  for (index_t left = size_of(shape); left > 0; --left) {
    index_t read = 0;
    index_t write = 0;
    for (std::size_t d = 0; d < N; ++d) read += at[d] * from[d], write += at[d] * to[d];
    visit(read, write);
    advance_index(at, N, shape.data());
  }
}

/// Fills the lines of `to` with f of those of `from`; numbers are lines of one element.
template <class F, class T, class R, std::size_t N>
void apply_to_lines(const F& f, const view<const T, N>& from, std::size_t axis,
                    const view<R, N>& to) {
  index_t line = 0;
  visit_line_starts(
      from.shape(), axis, from.strides(), to.strides(), [&](index_t read, index_t write) {
        const view<const T, 1> of(from.data() + read, {from.shape()[axis]}, {from.strides()[axis]});
        R* const first = to.data() + write;
        if constexpr (line_result<F, T>::is_number) {
          *first = f(of);
        } else {
          const ndarray<R, 1> found(f(of));
          if (found.size() != to.shape()[axis])
            throw_line_length(line, found.size(), to.shape()[axis]);
          for (index_t i = 0; i < found.size(); ++i)
            first[i * to.strides()[axis]] = found.data()[i];
        }
        ++line;
      });
}

/// How many elements f gives of the first line, 1 for a number; 0 where there is no line.
template <class F, class T, std::size_t N>
index_t length_of_result(const F& f, const view<const T, N>& from, std::size_t axis) {
  if constexpr (line_result<F, T>::is_number) {
    return 1;
  } else {
    index_t lines = 1;
    for (std::size_t d = 0; d < N; ++d) lines *= d == axis ? 1 : from.shape()[d];
    if (lines == 0) return 0;
    const view<const T, 1> first(from.data(), {from.shape()[axis]}, {from.strides()[axis]});
    return ndarray<line_element<F, T>, 1>(f(first)).size();
  }
}

} // namespace detail

/// f of every line along an axis, where f takes a `view<const T, 1>` and gives a number, or an
/// array of one axis: then that axis has its elements, otherwise it is gone. (Where the array has
/// one axis and f gives a number, that is the result.) f is called once more for the first line
/// where it gives arrays.
///
///     apply_along_axis([](auto line) { return max(line) - min(line); }, axis(1), a)
///     apply_along_axis([](auto line) { return sort(line); }, axis(0), a)
///
/// @throws argument_error for an axis that is not there; shape_error where f gives arrays of
/// different lengths.
template <class F, local_operand A>
auto apply_along_axis(const F& f, const axis_list<1>& along, const A& a) {
  using T = typename A::value_type;
  using R = detail::line_element<F, T>;
  constexpr std::size_t N = A::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  const auto held = detail::readable(a);
  const view<const T, N> from = held;
  shape_t<N> shape = from.shape();
  shape[axis] = detail::length_of_result<F, T, N>(f, from, axis);
  ndarray<R, N> result(shape);
  detail::apply_to_lines<F, T, R, N>(f, from, axis, result.view());
  if constexpr (!detail::line_result<F, T>::is_number) {
    return result;
  } else if constexpr (N == 1) {
    return result(0);
  } else {
    return ndarray<R, N - 1>(squeeze(result, axis_list<1>{{static_cast<index_t>(axis)}}));
  }
}

} // namespace tessera
