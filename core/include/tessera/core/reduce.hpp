/// @file
/// Reductions: of whole arrays, and along axes.
///
/// All take the array or expression first and then, in any order, `axis(...)`, `keepdims` and
/// `masked(...)`:
///
///     sum(a)                               // one value
///     sum(a, axis(0))                      // an array with the other axes
///     mean(a, axis(0, -1), keepdims)       // the same with axes of one element
///     max(a, masked(a < limit))            // of some elements
///
/// Whole reductions work alike on global arrays and expressions of them (include
/// <tessera/distributed/reduce.hpp>): then they are collective, all ranks get the result, and it
/// has the same bits under every distribution and number of ranks.
#pragma once

#include <tessera/core/accumulators.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/reduce_options.hpp>

namespace tessera {

namespace detail {

/// An array's elements where they are; an expression's, evaluated.
template <class A> auto readable(const A& a) {
  if constexpr (is_plain_array<std::remove_cvref_t<decltype(as_node(a))>>)
    return as_node(a).elements;
  else
    return ndarray<typename A::value_type, A::ndim>(a);
}

/// The same reduction, of a whole node and along axes. `identity` stands where a mask is false.
struct sum_reduction {
  template <class T> using result = sum_type<T>;
  template <class T> static constexpr T identity() { return T{}; }
  static constexpr const char* name = nullptr; // an empty sum is zero

  template <class Node> static auto whole(const Node& node) {
    return accumulated<sum_accumulator<typename Node::value_type>>(node).value();
  }
  template <class T> static void along(panel_source& source, sum_type<T>* results) {
    sum_panels<loop_type_of<T>>(source, reinterpret_cast<sum_type<loop_type_of<T>>*>(results));
  }
};

struct product_reduction {
  template <class T> using result = sum_type<T>;
  template <class T> static constexpr T identity() { return static_cast<T>(1); }
  static constexpr const char* name = nullptr;

  template <class Node> static auto whole(const Node& node) {
    return accumulated<product_accumulator<typename Node::value_type>>(node).value();
  }
  template <class T> static void along(panel_source& source, sum_type<T>* results) {
    product_panels<loop_type_of<T>>(source, reinterpret_cast<sum_type<loop_type_of<T>>*>(results));
  }
};

template <bool Largest> struct extremum_reduction {
  template <class T> using result = T;
  template <class T> static constexpr T identity() {
    return extremum_accumulator<T, Largest>::worst();
  }
  static constexpr const char* name = Largest ? "max" : "min";

  template <class Node> static auto whole(const Node& node) {
    return accumulated<extremum_accumulator<typename Node::value_type, Largest>>(node).value();
  }
  template <class T> static void along(panel_source& source, T* results) {
    extremum_panels<Largest>(source, reinterpret_cast<loop_type_of<T>*>(results));
  }
};

/// `any` and `all` are the maximum and the minimum of truth; of nothing they are false and true.
template <bool Largest> struct truth_reduction : extremum_reduction<Largest> {
  static constexpr const char* name = nullptr;
};

struct is_true {
  template <class T> bool operator()(const T& x) const { return x != T{}; }
};
struct real_part {
  template <class T> auto operator()(const T& x) const { return x.real(); }
};
struct imaginary_part {
  template <class T> auto operator()(const T& x) const { return x.imag(); }
};
struct always_true {
  template <class T> bool operator()(const T&) const { return true; }
};

template <class Reduction, class Node, std::size_t N, bool Keep, std::size_t K>
auto reduce_along(const Node& node, const reduced_axes<N, Keep, K>& axes);

/// Real and imaginary parts on their own.
template <class Reduction, class Node, class Axes>
auto reduce_complex(const Node& node, const Axes& axes) {
  using T = typename Node::value_type;
  const auto part = [&](auto f) {
    return reduce_along<Reduction>(make_expression(f, node_reference{&node}), axes);
  };
  const auto re = part(real_part());
  const auto im = part(imaginary_part());
  ndarray<T, Axes::result_ndim> results(axes.shape);
  for (index_t i = 0; i < results.size(); ++i)
    results.data()[i] = T(static_cast<typename T::value_type>(re.data()[i]),
                          static_cast<typename T::value_type>(im.data()[i]));
  return results;
}

template <class Reduction, class Node, std::size_t N, bool Keep, std::size_t K>
auto reduce_along(const Node& node, const reduced_axes<N, Keep, K>& axes) {
  using T = typename Node::value_type;
  static_assert(!Node::is_global, "reductions along axes are of local arrays");
  static_assert(has_compiled_loops<T>, "reductions along axes are of real numbers");
  ndarray<typename Reduction::template result<T>, axes.result_ndim> results(axes.shape);
  if (results.size() == 0) return results;
  if constexpr (Reduction::name != nullptr)
    if (axes.count == 0) throw_empty_reduction(Reduction::name, node.shape().data(), N);
  panel_source_of<N, Node> source(node, axes.reduced);
  if (axes.count == 0)
    results.assign(Reduction::template identity<typename Reduction::template result<T>>());
  else
    Reduction::template along<T>(source.get(), results.data());
  return results;
}

template <class Reduction, class Node, class... Options>
auto reduce_node(const Node& node, const Options&... options) {
  constexpr std::size_t N = Node::ndim;
  const auto shape = node.shape();
  const auto axes = reduced_axes_of(shape, options...);
  if constexpr (reduces_all<N, Options...>) {
    if constexpr (Reduction::name != nullptr)
      if (size_of(shape) == 0) throw_empty_reduction(Reduction::name, shape.data(), N);
    return Reduction::whole(node);
  } else {
    if constexpr (is_complex<typename Node::value_type>)
      return reduce_complex<Reduction>(node, axes);
    else
      return reduce_along<Reduction>(node, axes);
  }
}

template <class Reduction, class A, class... Options>
auto reduce(const A& a, const Options&... options) {
  const auto& node = as_node(a);
  if constexpr (with_mask<Options...>) {
    using T = typename A::value_type;
    const auto& mask = mask_of(options...);
    return reduce_node<Reduction>(masked_node(node, mask, Reduction::template identity<T>()),
                                  options...);
  } else {
    return reduce_node<Reduction>(node, options...);
  }
}

/// How many elements take part in each result: a number, or an array where a mask decides by axis.
template <class A, class... Options> auto count_of(const A& a, const Options&... options) {
  const auto& node = as_node(a);
  if constexpr (with_mask<Options...>)
    return reduce<sum_reduction>(make_expression(always_true(), node_reference{&node}), options...);
  else
    return reduced_axes_of(node.shape(), options...).count;
}

/// Sums that are divided before they are rounded to float.
struct sum_in_double_reduction : sum_reduction {
  template <class T>
  using result = std::conditional_t<std::is_same_v<T, float>, double, sum_type<T>>;
  template <class T> static void along(panel_source& source, result<T>* results) {
    if constexpr (std::is_same_v<T, float>)
      sum_panels<float>(source, results);
    else
      sum_reduction::along<T>(source, results);
  }
};

/// The type of a mean.
template <class T> using mean_type = std::conditional_t<std::is_integral_v<T>, double, T>;

template <class Node, class... Options>
auto mean_of_all(const Node& node, index_t count, const Options&... options) {
  using accumulator = sum_accumulator<typename Node::value_type>;
  const auto shape = node.shape();
  if (count == 0) throw_empty_reduction("mean", shape.data(), Node::ndim);
  if constexpr (with_mask<Options...>)
    return accumulated<accumulator>(masked_node(node, mask_of(options...), {})).mean(count);
  else
    return accumulated<accumulator>(node).mean(count);
}

template <class T> struct quotient {
  template <class S> T operator()(const S& sum, index_t count) const {
    if constexpr (is_complex<S>)
      return sum / static_cast<typename S::value_type>(count);
    else
      return static_cast<T>(static_cast<double>(sum) / static_cast<double>(count));
  }
};

template <bool Largest, class Node> index_t position_in_all(const Node& node, const char* name) {
  using T = typename Node::value_type;
  constexpr std::size_t N = Node::ndim;
  const auto shape = node.shape();
  if (size_of(shape) == 0) throw_empty_reduction(name, shape.data(), N);
  if constexpr (is_plain_array<Node>)
    if (node.elements.is_contiguous())
      return position_of_extremum<Largest>(
          reinterpret_cast<const loop_type_of<T>*>(node.elements.data()), size_of(shape));
  bool last[N]{};
  last[N - 1] = true;
  const index_t lines = size_of(shape) / shape[N - 1];
  ndarray<index_t, 1> positions(shape_t<1>{lines});
  ndarray<T, 1> values(shape_t<1>{lines});
  panel_source_of<N, Node> source(node, last);
  extremum_position_panels<Largest>(source.get(), positions.data(),
                                    reinterpret_cast<loop_type_of<T>*>(values.data()));
  const index_t line =
      position_of_extremum<Largest>(reinterpret_cast<const loop_type_of<T>*>(values.data()), lines);
  return line * shape[N - 1] + positions(line);
}

template <bool Largest, class A, class... Options>
auto position_of(const A& a, const char* name, const Options&... options) {
  const auto& node = as_node(a);
  using Node = std::remove_cvref_t<decltype(node)>;
  static_assert(!Node::is_global && has_compiled_loops<typename A::value_type>);
  if constexpr (reduces_all<A::ndim, Options...>) {
    (void)reduced_axes_of(node.shape(), options...);
    return position_in_all<Largest>(node, name);
  } else {
    const auto axes = reduced_axes_of(node.shape(), options...);
    static_assert(axes_count<axes_type<A::ndim, Options...>> == 1, "one axis, or all");
    ndarray<index_t, axes.result_ndim> results(axes.shape);
    if (results.size() == 0) return results;
    if (axes.count == 0) throw_empty_reduction(name, node.shape().data(), A::ndim);
    panel_source_of<A::ndim, Node> source(node, axes.reduced);
    extremum_position_panels<Largest, loop_type_of<typename A::value_type>>(
        source.get(), results.data(), nullptr);
    return results;
  }
}

} // namespace detail

/// Sum; of nothing it is zero. Floating-point sums are exact and rounded once, so that they depend
/// on no order (see exact_sum); sums of float are rounded to float. Integers give 64 bits and wrap
/// around; `bool` counts what is true.
template <array_operand A, reduce_option... Options>
auto sum(const A& a, const Options&... options) {
  return detail::reduce<detail::sum_reduction>(a, options...);
}

/// Product; of nothing it is one. Integers give 64 bits and wrap around. Floating-point products
/// are rounded at each step, in the order in which the elements lie in memory.
template <array_operand A, reduce_option... Options>
auto prod(const A& a, const Options&... options) {
  return detail::reduce<detail::product_reduction>(a, options...);
}

/// Smallest element. A NaN anywhere is the result; a zero is +0.
/// @throws argument_error when there are results, but nothing to reduce.
template <array_operand A, reduce_option... Options>
auto min(const A& a, const Options&... options) {
  return detail::reduce<detail::extremum_reduction<false>>(a, options...);
}

/// Largest element; as `min`.
template <array_operand A, reduce_option... Options>
auto max(const A& a, const Options&... options) {
  return detail::reduce<detail::extremum_reduction<true>>(a, options...);
}

/// Largest minus smallest element.
template <array_operand A, reduce_option... Options>
auto ptp(const A& a, const Options&... options) {
  auto high = max(a, options...);
  const auto low = min(a, options...);
  if constexpr (array_operand<decltype(high)>)
    high.assign(high - low);
  else
    high = static_cast<decltype(high)>(high - low);
  return high;
}

/// Is any element not zero? NaN is not.
template <array_operand A, reduce_option... Options>
auto any(const A& a, const Options&... options) {
  return detail::reduce<detail::truth_reduction<true>>(detail::elementwise(detail::is_true(), a),
                                                       options...);
}

/// Is no element zero? Called as `all(a)`, like the other reductions.
template <class A, class... Options>
auto all_t::operator()(const A& a, const Options&... options) const {
  return detail::reduce<detail::truth_reduction<false>>(detail::elementwise(detail::is_true(), a),
                                                        options...);
}

/// Number of elements that are not zero.
template <array_operand A, reduce_option... Options>
auto count_nonzero(const A& a, const Options&... options) {
  return sum(detail::elementwise(detail::is_true(), a), options...);
}

/// Arithmetic mean, from the exact sum; integers give double. Where a mask leaves nothing of a
/// line, it is NaN.
/// @throws argument_error when there is a result, but nothing to reduce.
template <array_operand A, reduce_option... Options>
auto mean(const A& a, const Options&... options) {
  const auto& node = detail::as_node(a);
  const auto count = detail::count_of(a, options...);
  if constexpr (detail::reduces_all<A::ndim, Options...>) {
    return detail::mean_of_all(node, count, options...);
  } else {
    using T = detail::mean_type<typename A::value_type>;
    const auto sums = detail::reduce<detail::sum_in_double_reduction>(a, options...);
    if constexpr (!array_operand<decltype(count)>)
      if (count == 0 && sums.size() > 0)
        detail::throw_empty_reduction("mean", node.shape().data(), A::ndim);
    return ndarray<T, decltype(sums)::ndim>(detail::make_expression(
        detail::quotient<T>(), detail::capture(sums), detail::capture(count)));
  }
}

/// Where the smallest element is: the first of equals, and the first NaN before all. Of the whole
/// array it is the subscript in row-major order, along an axis the subscript of that axis.
/// @throws argument_error when there are results, but nothing to reduce.
template <array_operand A, reduce_option... Options>
auto argmin(const A& a, const Options&... options) {
  return detail::position_of<false>(a, "argmin", options...);
}

/// Where the largest element is; as `argmin`.
template <array_operand A, reduce_option... Options>
auto argmax(const A& a, const Options&... options) {
  return detail::position_of<true>(a, "argmax", options...);
}

/// Sum of the products of corresponding elements, exact but for the rounding of each product;
/// complex numbers are not conjugated.
template <array_operand A, array_operand B> auto dot(const A& a, const B& b) { return sum(a * b); }

/// Square root of the sum of squared magnitudes.
template <array_operand A, reduce_option... Options>
auto norm(const A& a, const Options&... options) {
  auto squares = sum(detail::elementwise(detail::square_of_magnitude(), a), options...);
  if constexpr (array_operand<decltype(squares)>)
    squares.assign(sqrt(squares));
  else
    squares = detail::sqrt_of(squares);
  return squares;
}

/// Sum with rounding errors, as fast as memory or the vector units allow. It depends on how the
/// elements lie in memory; `sum` does not.
template <array_operand A>
requires std::is_floating_point_v<typename A::value_type>
auto fast_sum(const A& a) {
  using T = typename A::value_type;
  return detail::accumulated<detail::fast_sum_accumulator<T>>(detail::as_node(a)).value();
}

/// Sum of products with rounding errors; as `fast_sum`.
template <array_operand A, array_operand B> auto fast_dot(const A& a, const B& b) {
  using T = typename A::value_type;
  if constexpr (std::is_same_v<T, typename B::value_type> && std::is_floating_point_v<T>) {
    const auto& left = detail::as_node(a);
    const auto& right = detail::as_node(b);
    if constexpr (detail::is_plain_array<std::remove_cvref_t<decltype(left)>> &&
                  detail::is_plain_array<std::remove_cvref_t<decltype(right)>>) {
      const auto& x = left.elements;
      const auto& y = right.elements;
      if constexpr (A::ndim == B::ndim)
        if (x.shape() == y.shape() && x.is_contiguous() && y.is_contiguous())
          return detail::fast_dot_of_runs(x.data(), y.data(), x.size());
    }
  }
  return fast_sum(a * b);
}

/// Have both the same shape and equal elements?
template <array_operand A, array_operand B> bool array_equal(const A& a, const B& b) {
  const auto& left = detail::as_node(a);
  const auto& right = detail::as_node(b);
  if constexpr (A::ndim != B::ndim)
    return false;
  else
    return left.shape() == right.shape() && sum(a != b) == 0;
}

} // namespace tessera
