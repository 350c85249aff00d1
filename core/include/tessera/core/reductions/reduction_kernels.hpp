/// @file
/// How reductions run: whole ones through accumulators, those along axes through compiled panels.
#pragma once

#include <tessera/core/elements/complex_parts.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/reductions/accumulators.hpp>
#include <tessera/core/reductions/reduce_options.hpp>

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

/// Sums of floating-point numbers that are rounded as they are added up.
struct fast_sum_reduction {
  template <class T> using result = T;
  template <class T> static constexpr T identity() { return T{}; }
  static constexpr const char* name = nullptr;

  template <class Node> static auto whole(const Node& node) {
    return accumulated<fast_sum_accumulator<typename Node::value_type>>(node).value();
  }
  template <class T> static void along(panel_source& source, T* results) {
    fast_sum_panels<T>(source, results);
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
struct always_true {
  template <class T> bool operator()(const T&) const { return true; }
};

template <class Reduction, class Node, std::size_t N, bool Keep, std::size_t K>
auto reduce_along(const Node& node, const reduced_axes<N, Keep, K>& axes);

/// How nodes are reduced along axes, and where their extrema are. Specialised for global ones.
template <class Node> struct axis_reducer {
  static_assert(!Node::is_global, "include <tessera/distributed/reduce.hpp>");

  template <class Reduction, class Axes, class R>
  static void run(const Node& node, const Axes& axes, R* results) {
    panel_source_of<Node::ndim, Node> source(node, axes.reduced);
    Reduction::template along<typename Node::value_type>(source.get(), results);
  }
  template <bool Largest> static index_t position(const Node& node);
  template <bool Largest, class Axes>
  static void positions(const Node& node, const Axes& axes, index_t* results) {
    panel_source_of<Node::ndim, Node> source(node, axes.reduced);
    extremum_position_panels<Largest, loop_type_of<typename Node::value_type>>(source.get(),
                                                                               results, nullptr);
  }
};

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

/// One of the numbers of a fixed array.
struct number_at_place {
  index_t place;
  template <class T> auto operator()(const T& x) const { return x.data()[place]; }
};

/// Reduces each number of fixed arrays on its own: reduce(numbers) gives an array of them.
template <class T, class Node, class F> auto of_each_number(const Node& node, const F& reduce) {
  const auto numbers = [&](index_t place) {
    return reduce(make_expression(number_at_place{place}, node_reference{&node}));
  };
  const auto first = numbers(0);
  using array = std::remove_cvref_t<decltype(first)>;
  ndarray<typename fixed_with<T, typename array::value_type>::type, array::ndim> results(
      first.shape());
  for (index_t k = 0; k < T::size(); ++k) {
    const auto all = k == 0 ? first : numbers(k);
    for (index_t i = 0; i < results.size(); ++i) results.data()[i].data()[k] = all.data()[i];
  }
  return results;
}

template <class Reduction, class Node, std::size_t N, bool Keep, std::size_t K>
auto reduce_along(const Node& node, const reduced_axes<N, Keep, K>& axes) {
  using T = typename Node::value_type;
  static_assert(has_compiled_loops<T>, "reductions along axes are of real numbers");
  ndarray<typename Reduction::template result<T>, reduced_axes<N, Keep, K>::result_ndim> results(
      axes.shape);
  if (results.size() == 0) return results;
  if constexpr (Reduction::name != nullptr)
    if (axes.count == 0) throw_empty_reduction(Reduction::name, node.shape().data(), N);
  if (axes.count == 0)
    results.assign(Reduction::template identity<typename Reduction::template result<T>>());
  else
    axis_reducer<Node>::template run<Reduction>(node, axes, results.data());
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
    else if constexpr (is_fixed<typename Node::value_type>)
      return of_each_number<typename Node::value_type>(
          node, [&](const auto& numbers) { return reduce_along<Reduction>(numbers, axes); });
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

/// Sums that are divided before they are rounded: of integers, those that do not wrap around; of
/// float, those in double.
struct dividend_reduction : sum_reduction {
  template <class T>
  using result =
      std::conditional_t<std::is_integral_v<T>, integer_total,
                         std::conditional_t<std::is_same_v<T, float>, double, sum_type<T>>>;
  template <class T> static void along(panel_source& source, result<T>* results) {
    sum_panels<loop_type_of<T>>(source, results);
  }
};

/// The type of a mean.
template <class T>
using mean_type =
    typename fixed_with<T, std::conditional_t<std::is_integral_v<typename number_in<T>::type>,
                                              double, typename number_in<T>::type>>::type;

/// The accumulator of a mean after all elements that take part.
template <class Node, class... Options>
auto dividend_of_all(const Node& node, index_t count, const Options&... options) {
  using accumulator = mean_accumulator<typename Node::value_type>;
  const auto shape = node.shape();
  if (count == 0) throw_empty_reduction("mean", shape.data(), Node::ndim);
  if constexpr (with_mask<Options...>)
    return accumulated<accumulator>(masked_node(node, mask_of(options...), {}));
  else
    return accumulated<accumulator>(node);
}

/// What a mean along axes divides, for each result.
template <class A, class... Options> auto dividends(const A& a, const Options&... options) {
  auto sums = reduce<dividend_reduction>(a, options...);
  if constexpr (!with_mask<Options...>) {
    const auto shape = as_node(a).shape();
    if (reduced_axes_of(shape, options...).count == 0 && sums.size() > 0)
      throw_empty_reduction("mean", shape.data(), A::ndim);
  }
  return sums;
}

template <class T> struct quotient {
  template <class S> T operator()(const S& sum, index_t count) const {
    if constexpr (is_complex<S>)
      return sum / static_cast<typename S::value_type>(count);
    else if constexpr (std::is_same_v<S, integer_total>)
      return quotient_of(sum, count);
    else
      return static_cast<T>(static_cast<double>(sum) / static_cast<double>(count));
  }
};

template <class Node>
template <bool Largest>
index_t axis_reducer<Node>::position(const Node& node) {
  using T = typename Node::value_type;
  constexpr std::size_t N = Node::ndim;
  const auto shape = node.shape();
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

/// Is this the extremum of what takes part?
struct is_extremum {
  template <class T> bool operator()(bool takes_part, const T& x, const T& extremum) const {
    return takes_part & ((x == extremum) | (x != x));
  }
};

/// Among the elements where a mask is true: the first that equals their extremum.
template <bool Largest, class A, class... Options>
auto position_of_masked(const A& a, const char* name, const Options&... options);

template <bool Largest, class A, class... Options>
auto position_of(const A& a, const char* name, const Options&... options) {
  const auto& node = as_node(a);
  using Node = std::remove_cvref_t<decltype(node)>;
  static_assert(has_compiled_loops<typename A::value_type>);
  if constexpr (with_mask<Options...>) {
    return position_of_masked<Largest>(a, name, options...);
  } else if constexpr (reduces_all<A::ndim, Options...>) {
    (void)reduced_axes_of(node.shape(), options...);
    if (size_of(node.shape()) == 0) throw_empty_reduction(name, node.shape().data(), A::ndim);
    return axis_reducer<Node>::template position<Largest>(node);
  } else {
    const auto axes = reduced_axes_of(node.shape(), options...);
    static_assert(axes_count<axes_type<A::ndim, Options...>> == 1, "one axis, or all");
    ndarray<index_t, axes.result_ndim> results(axes.shape);
    if (results.size() == 0) return results;
    if (axes.count == 0) throw_empty_reduction(name, node.shape().data(), A::ndim);
    axis_reducer<Node>::template positions<Largest>(node, axes, results.data());
    return results;
  }
}

template <bool Largest, class A, class... Options>
auto position_of_masked(const A& a, const char* name, const Options&... options) {
  const auto& node = as_node(a);
  const auto& mask = mask_of(options...);
  const mask_option part{node_reference{&mask}};
  const auto axes = axes_of<A::ndim>(options...);
  const auto counts = count_of(a, axes, keepdims, part);
  if (counts.size() > 0 && reduce<extremum_reduction<false>>(counts) == 0)
    throw_masked_reduction(name, node.shape().data(), A::ndim);
  const auto extrema = reduce<extremum_reduction<Largest>>(a, axes, keepdims, part);
  const auto found = make_expression(is_extremum(), node_reference{&mask}, node_reference{&node},
                                     capture(extrema));
  if constexpr (with_keepdims<Options...>)
    return position_of<true>(found, name, axes, keepdims);
  else
    return position_of<true>(found, name, axes);
}

} // namespace detail

} // namespace tessera
