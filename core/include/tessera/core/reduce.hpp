/// @file
/// Reductions of whole arrays and expressions, in one fused loop.
///
/// They work alike on global arrays and expressions of them (include
/// <tessera/distributed/reduce.hpp>): then they are collective, all ranks get the result, and it
/// has the same bits under every distribution and number of ranks.
#pragma once

#include <tessera/core/exact_sum.hpp>
#include <tessera/core/expression.hpp>
#include <tessera/core/operators.hpp>

#include <limits>

namespace tessera {

namespace detail {

[[noreturn]] void throw_empty_reduction(const char* name, const index_t* shape, std::size_t ndim);

/// An expression and the accumulator that its rows go to.
template <class Node, class Accumulator> struct reduction {
  const Node* node;
  Accumulator* accumulator;
};

template <class Node, class Accumulator>
void accumulate_row(std::byte* const* rows, index_t n, const void* context) {
  const auto& r = *static_cast<const reduction<Node, Accumulator>*>(context);
  r.accumulator->add_row(r.node->template bind<0>(rows), n);
}

/// Feeds every element of a node that is looped over `shape` to an accumulator, row by row.
template <std::size_t N, class Node, class Accumulator>
void accumulate(const Node& node, const shape_t<N>& shape, Accumulator& accumulator) {
  loop_operands<N, Node::leaves> operands;
  operands.add_leaves(node);
  const reduction<Node, Accumulator> context{&node, &accumulator};
  operands.run(shape, loop_mode::read_only, &accumulate_row<Node, Accumulator>, &context);
}

/// Sum of real floating-point numbers: exact, rounded once at the end.
template <class T> class sum_accumulator {
  static_assert(sizeof(T) <= sizeof(double), "sums of long double are not supported");

public:
  using result_type = T;

  template <class Row> void add_row(const Row& row, index_t n) {
    constexpr index_t block = 256;
    double values[block];
    for (index_t first = 0; first < n; first += block) {
      const index_t m = n - first < block ? n - first : block;
#pragma omp simd
      for (index_t i = 0; i < m; ++i) values[i] = static_cast<double>(row(first + i));
      total.add(values, m);
    }
  }
  [[nodiscard]] T value() const {
    if constexpr (std::is_same_v<T, float>)
      return total.value_as_float();
    else
      return total.value();
  }
  [[nodiscard]] T mean(index_t count) const {
    return static_cast<T>(total.value() / static_cast<double>(count));
  }

  exact_sum total;
};

/// Sum of integers (or count of true): exact modulo 2^64.
template <class T>
requires std::is_integral_v<T>
class sum_accumulator<T> {
public:
  using result_type = std::conditional_t<std::is_unsigned_v<T> && !std::is_same_v<T, bool>,
                                         std::uint64_t, std::int64_t>;

  template <class Row> void add_row(const Row& row, index_t n) {
    std::uint64_t sum = 0;
#pragma omp simd reduction(+ : sum)
    for (index_t i = 0; i < n; ++i) sum += static_cast<std::uint64_t>(row(i));
    total += sum;
  }
  [[nodiscard]] result_type value() const { return static_cast<result_type>(total); }
  [[nodiscard]] double mean(index_t count) const {
    return static_cast<double>(value()) / static_cast<double>(count);
  }

  std::uint64_t total = 0;
};

/// Sum of complex numbers: real and imaginary parts, each exact.
template <class T>
requires is_complex<T>
class sum_accumulator<T> {
public:
  using result_type = T;

  template <class Row> void add_row(const Row& row, index_t n) {
    using real = typename T::value_type;
    real_part.add_row([&](index_t i) { return static_cast<real>(row(i).real()); }, n);
    imaginary_part.add_row([&](index_t i) { return static_cast<real>(row(i).imag()); }, n);
  }
  [[nodiscard]] T value() const { return T(real_part.value(), imaginary_part.value()); }
  [[nodiscard]] T mean(index_t count) const {
    return T(real_part.mean(count), imaginary_part.mean(count));
  }

  sum_accumulator<typename T::value_type> real_part;
  sum_accumulator<typename T::value_type> imaginary_part;
};

/// Smallest and largest element. A NaN anywhere is the result, as in NumPy; a zero is +0.
template <class T> class extrema_accumulator {
  static_assert(std::is_arithmetic_v<T>, "only real numbers have an order");

public:
  using limits = std::numeric_limits<T>;

  template <class Row> void add_row(const Row& row, index_t n) {
    T low = least;
    T high = most;
    bool unordered = false;
#pragma omp simd reduction(min : low) reduction(max : high) reduction(|| : unordered)
    for (index_t i = 0; i < n; ++i) {
      const T x = row(i);
      low = x < low ? x : low;
      high = x > high ? x : high;
      unordered = unordered || x != x;
    }
    least = low;
    most = high;
    has_nan = has_nan || unordered;
  }

  [[nodiscard]] T minimum() const { return has_nan ? limits::quiet_NaN() : positive_zero(least); }
  [[nodiscard]] T maximum() const { return has_nan ? limits::quiet_NaN() : positive_zero(most); }

  T least = limits::has_infinity ? limits::infinity() : limits::max();
  T most = limits::has_infinity ? static_cast<T>(-limits::infinity()) : limits::lowest();
  bool has_nan = false;

private:
  static T positive_zero(T x) { return x == T{} ? T{} : x; }
};

struct square_of_magnitude {
  template <class T> auto operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return x.real() * x.real() + x.imag() * x.imag();
    else if constexpr (std::is_integral_v<T>)
      return static_cast<double>(x) * static_cast<double>(x);
    else
      return x * x;
  }
};

inline double sqrt_of(double x) { return __builtin_sqrt(x); }
inline float sqrt_of(float x) { return __builtin_sqrtf(x); }

/// Reduces all elements of an expression. Specialised for global ones.
template <class Node> struct reducer {
  static_assert(!Node::is_global, "include <tessera/distributed/reduce.hpp>");

  template <class Accumulator> static Accumulator run(const Node& node) {
    Accumulator result;
    accumulate(node, node.shape(), result);
    return result;
  }
};

/// The accumulator after all elements.
template <class Accumulator, class Node> Accumulator accumulated(const Node& node) {
  return reducer<Node>::template run<Accumulator>(node);
}

template <class Node>
extrema_accumulator<typename Node::value_type> extrema_of(const Node& node, const char* name) {
  const auto shape = node.shape();
  if (size_of(shape) == 0) throw_empty_reduction(name, shape.data(), Node::ndim);
  return accumulated<extrema_accumulator<typename Node::value_type>>(node);
}

} // namespace detail

/// Sum of all elements; of an empty array it is zero. Floating-point sums are exact and rounded
/// once, so they do not depend on any order (see exact_sum). Integers give 64 bits.
template <array_operand A> auto sum(const A& a) {
  const auto& node = detail::as_node(a);
  return detail::accumulated<detail::sum_accumulator<typename A::value_type>>(node).value();
}

/// Smallest element. A NaN anywhere is the result.
/// @throws argument_error for an empty array.
template <array_operand A> auto min(const A& a) {
  return detail::extrema_of(detail::as_node(a), "min").minimum();
}

/// Largest element. A NaN anywhere is the result.
/// @throws argument_error for an empty array.
template <array_operand A> auto max(const A& a) {
  return detail::extrema_of(detail::as_node(a), "max").maximum();
}

/// Arithmetic mean, from the exact sum; integers give double.
/// @throws argument_error for an empty array.
template <array_operand A> auto mean(const A& a) {
  const auto& node = detail::as_node(a);
  const auto shape = node.shape();
  if (size_of(shape) == 0) detail::throw_empty_reduction("mean", shape.data(), A::ndim);
  return detail::accumulated<detail::sum_accumulator<typename A::value_type>>(node).mean(
      size_of(shape));
}

/// Sum of the products of corresponding elements, exact but for the rounding of each product;
/// complex numbers are not conjugated.
template <array_operand A, array_operand B> auto dot(const A& a, const B& b) { return sum(a * b); }

/// Square root of the sum of squared magnitudes.
template <array_operand A> auto norm(const A& a) {
  return detail::sqrt_of(sum(detail::elementwise(detail::square_of_magnitude(), a)));
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
