/// @file
/// What reductions of whole arrays add up in: fed row by row by one fused loop, and merged over
/// ranks by <tessera/distributed/reduce.hpp>.
#pragma once

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/exact_sum.hpp>
#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/sums/adjacent_numbers.hpp>
#include <tessera/core/sums/integer_total.hpp>
#include <tessera/core/threads/pieces.hpp>

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
  r.accumulator->add_row(r.node->template bind<0, false>(rows), n);
}

/// One thread's part, in an accumulator of its own.
template <class Node, class Accumulator>
void accumulate_piece(const element_piece& piece, const void* context) {
  const auto& whole = *static_cast<const reduction<Node, Accumulator>*>(context);
  Accumulator mine;
  const reduction<Node, Accumulator> part{whole.node, &mine};
  piece.visit(&accumulate_row<Node, Accumulator>, &part);
  const one_piece_at_a_time merging;
  whole.accumulator->merge(mine);
}

/// Does it play no part in which order elements are added and what was accumulated is merged?
template <class Accumulator>
concept free_of_order = requires(Accumulator a, const Accumulator b) {
  a.merge(b);
};

/// Feeds every element of a node that is looped over `shape` to an accumulator, row by row; those
/// that are free of order by several threads.
template <std::size_t N, class Node, class Accumulator>
void accumulate(const Node& node, const shape_t<N>& shape, Accumulator& accumulator) {
  const leaf_list<Node> leaves(node);
  const reduction<Node, Accumulator> context{&node, &accumulator};
  shape_t<N> loops = shape;
  if constexpr (free_of_order<Accumulator>)
    if (pieces_of(size_of(shape)) > 1)
      return visit_elements_in_pieces(loops.data(), N, leaves.data(), Node::leaves,
                                      &accumulate_piece<Node, Accumulator>, &context);
  visit_elements(loops.data(), N, leaves.data(), Node::leaves, &accumulate_row<Node, Accumulator>,
                 &context);
}

/// Calls f(values, n) with the elements of a row as adjacent T, in place where they are.
template <class T, class Row, class F> void with_values(const Row& row, index_t n, F f) {
  if constexpr (std::is_same_v<Row, row_reader<T>>) {
    f(row.elements, n);
  } else {
    constexpr index_t block = 2048;
    T values[block];
    for (index_t first = 0; first < n; first += block) {
      const index_t m = n - first < block ? n - first : block;
      if constexpr (may_throw<Row>) {
        // What leaves a simd loop ends the program.
        for (index_t i = 0; i < m; ++i) values[i] = static_cast<T>(row(first + i));
      } else {
#pragma omp simd
        for (index_t i = 0; i < m; ++i) values[i] = static_cast<T>(row(first + i));
      }
      f(static_cast<const T*>(values), m);
    }
  }
}

/// A part of each element of a row.
template <class F, class Row> struct part_of_row {
  [[no_unique_address]] F part;
  const Row& row;
  auto operator()(index_t i) const { return part(row(i)); }
};
template <class F, class Row> inline constexpr bool may_throw<part_of_row<F, Row>> = may_throw<Row>;

/// A row of the product of two arrays, which sums treat on its own, since dot products are sums.
template <class T>
using row_of_products = row_function_of<arithmetic<raw_multiply>, row_reader<T>, row_reader<T>>;

/// Sum of real floating-point numbers: exact, rounded once at the end.
template <class T> class sum_accumulator {
  static_assert(sizeof(T) <= sizeof(double), "sums of long double are not supported");

public:
  using result_type = T;

  template <class Row> void add_row(const Row& row, index_t n) {
    if constexpr (std::is_same_v<Row, row_of_products<double>>)
      total.add_products(row.args.first.elements, row.args.second.elements, n);
    else
      with_values<double>(row, n,
                          [this](const double* values, index_t m) { total.add(values, m); });
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
  void merge(const sum_accumulator& other) { total.merge(other.total); }

  exact_sum total;
};

/// Sum of integers (or count of true): exact modulo 2^64, as NumPy's.
template <class T>
requires std::is_integral_v<T>
class sum_accumulator<T> {
public:
  using result_type = sum_type<T>;

  template <class Row> void add_row(const Row& row, index_t n) {
    std::uint64_t sum = 0;
    const Row here = row; // the partial sums may not be taken for a part of it
    if constexpr (may_throw<Row>) {
      for (index_t i = 0; i < n; ++i) sum += static_cast<std::uint64_t>(here(i));
    } else {
#pragma omp simd reduction(+ : sum)
      for (index_t i = 0; i < n; ++i) sum += static_cast<std::uint64_t>(here(i));
    }
    total += sum;
  }
  [[nodiscard]] result_type value() const { return static_cast<result_type>(total); }
  void merge(const sum_accumulator& other) { total += other.total; }

  std::uint64_t total = 0;
};

/// Sum of integers that does not wrap around.
template <class T> class total_accumulator {
public:
  template <class Row> void add_row(const Row& row, index_t n) {
    with_values<T>(row, n, [this](const T* values, index_t m) {
      total.add(total_of_adjacent(reinterpret_cast<const loop_type_of<T>*>(values), m));
    });
  }
  [[nodiscard]] double mean(index_t count) const { return quotient_of(total, count); }
  void merge(const total_accumulator& other) { total.add(other.total); }

  integer_total total;
};

/// Sum of complex numbers: real and imaginary parts, each exact.
template <class T>
requires is_complex<T>
class sum_accumulator<T> {
public:
  using result_type = T;

  template <class Row> void add_row(const Row& row, index_t n) {
    using real = typename T::value_type;
    const auto real_of = [](const auto& x) { return static_cast<real>(x.real()); };
    const auto imaginary_of = [](const auto& x) { return static_cast<real>(x.imag()); };
    real_part.add_row(part_of_row<decltype(real_of), Row>{real_of, row}, n);
    imaginary_part.add_row(part_of_row<decltype(imaginary_of), Row>{imaginary_of, row}, n);
  }
  [[nodiscard]] T value() const { return T(real_part.value(), imaginary_part.value()); }
  [[nodiscard]] T mean(index_t count) const {
    return T(real_part.mean(count), imaginary_part.mean(count));
  }
  void merge(const sum_accumulator& other) {
    real_part.merge(other.real_part);
    imaginary_part.merge(other.imaginary_part);
  }

  sum_accumulator<typename T::value_type> real_part;
  sum_accumulator<typename T::value_type> imaginary_part;
};

/// An accumulator for each number of fixed arrays.
template <class T, class Part> class accumulators_of_numbers {
public:
  template <class Row> void add_row(const Row& row, index_t n) {
    // A piece at a time, which stays in the first-level cache, each number's on its own.
    constexpr index_t piece = sizeof(T) < 256 ? static_cast<index_t>(16384 / sizeof(T)) : 64;
    using number = typename T::value_type;
    number numbers[static_cast<std::size_t>(T::size() * piece)];
    for (index_t first = 0; first < n; first += piece) {
      const index_t m = n - first < piece ? n - first : piece;
      for (index_t i = 0; i < m; ++i) {
        const T element = static_cast<T>(row(first + i));
        for (index_t k = 0; k < T::size(); ++k) numbers[k * piece + i] = element.data()[k];
      }
      for (index_t k = 0; k < T::size(); ++k)
        parts[k].add_row(row_reader<number>{numbers + k * piece}, m);
    }
  }

  Part parts[static_cast<std::size_t>(T::size())];

protected:
  /// A fixed array of f(part) for each.
  template <class F> auto each(const F& f) const {
    typename fixed_with<T, decltype(f(parts[0]))>::type result{};
    for (index_t k = 0; k < T::size(); ++k) result.data()[k] = f(parts[k]);
    return result;
  }
};

template <class T>
requires is_fixed<T>
class sum_accumulator<T>
    : public accumulators_of_numbers<T, sum_accumulator<typename T::value_type>> {
public:
  using result_type = sum_type<T>;

  [[nodiscard]] auto value() const {
    return this->each([](const auto& part) { return part.value(); });
  }
  [[nodiscard]] auto mean(index_t count) const {
    return this->each([count](const auto& part) {
      if constexpr (std::is_integral_v<typename T::value_type>)
        return static_cast<double>(part.value()) / static_cast<double>(count);
      else
        return part.mean(count);
    });
  }
};

/// The smallest or largest element. A NaN anywhere is the result, as in NumPy; a zero is +0.
template <class T, bool Largest> class extremum_accumulator {
  static_assert(std::is_arithmetic_v<T>, "only real numbers have an order");
  using limits = std::numeric_limits<T>;
  using loop_type = loop_type_of<T>;

public:
  static constexpr bool is_largest = Largest;

  template <class Row> void add_row(const Row& row, index_t n) {
    with_values<T>(row, n, [this](const T* values, index_t m) {
      if (m == 0) return;
      const auto found = static_cast<T>(
          extremum_of_adjacent<Largest>(reinterpret_cast<const loop_type*>(values), m));
      has_nan = has_nan || found != found;
      if (Largest ? found > best : found < best) best = found;
    });
  }

  [[nodiscard]] T value() const {
    if (has_nan) return limits::quiet_NaN();
    return best == T{} ? T{} : best;
  }
  void merge(const extremum_accumulator& other) {
    has_nan = has_nan || other.has_nan;
    if (Largest ? other.best > best : other.best < best) best = other.best;
  }

  /// What any element replaces.
  static constexpr T worst() {
    if constexpr (limits::has_infinity)
      return Largest ? static_cast<T>(-limits::infinity()) : limits::infinity();
    else
      return Largest ? limits::lowest() : (limits::max)();
  }

  T best = worst();
  bool has_nan = false;
};

/// The smallest or largest of each number.
template <class T, bool Largest>
requires is_fixed<T>
class extremum_accumulator<T, Largest>
    : public accumulators_of_numbers<T, extremum_accumulator<typename T::value_type, Largest>> {
public:
  static constexpr bool is_largest = Largest;

  [[nodiscard]] T value() const {
    return this->each([](const auto& part) { return part.value(); });
  }
  static constexpr T worst() {
    return T(extremum_accumulator<typename T::value_type, Largest>::worst());
  }
};

/// What means are made of.
template <class T>
using mean_accumulator =
    std::conditional_t<std::is_integral_v<T>, total_accumulator<T>, sum_accumulator<T>>;

/// Product: of integers modulo 2^64, else multiplied one after another, as the elements lie in
/// memory.
template <class T> class product_accumulator {
  using wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;

public:
  using result_type = sum_type<T>;

  template <class Row> void add_row(const Row& row, index_t n) {
    for (index_t i = 0; i < n; ++i) total = total * static_cast<wide>(row(i));
  }
  [[nodiscard]] result_type value() const { return static_cast<result_type>(total); }
  void merge(const product_accumulator& other) requires std::is_integral_v<T> {
    total *= other.total;
  }

  wide total = static_cast<wide>(1);
};

/// Sum of floating-point numbers with several accumulators: depends on how the elements lie.
template <class T> class fast_sum_accumulator {
public:
  template <class Row> void add_row(const Row& row, index_t n) {
    with_values<T>(
        row, n, [this](const T* values, index_t m) { total += fast_sum_of_adjacent(values, m); });
  }
  [[nodiscard]] T value() const { return total; }

  T total{};
};

struct square_of_magnitude {
  template <class T> auto operator()(const T& x) const {
    if constexpr (is_fixed<T>)
      return fold_elements([](auto sum, const auto& e) { return sum + square_of_magnitude()(e); },
                           decltype(square_of_magnitude()(*x.data())){}, x);
    else if constexpr (is_complex<T>)
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

} // namespace detail

} // namespace tessera
