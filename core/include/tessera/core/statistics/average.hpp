/// @file
/// Means with weights.
#pragma once

#include <tessera/core/reductions/reduce.hpp>

namespace tessera {

namespace detail {

void check_weight(double total);

template <class T> inline constexpr bool is_word = sizeof(T) == sizeof(std::int64_t);

/// Halves of 64-bit integers; smaller ones have no upper half.
struct upper_half {
  template <class T> sum_type<T> operator()(const T& x) const { return x >> 32; }
};
struct lower_half {
  template <class T> auto operator()(const T& x) const {
    if constexpr (is_word<T>)
      return static_cast<std::uint64_t>(x) & 0xffffffffU;
    else
      return static_cast<sum_type<T>>(x);
  }
};

/// Their product, which has no more than 64 bits.
template <class Left, class Right> struct product_of_halves {
  template <class A, class B> auto operator()(const A& a, const B& b) const {
    const auto x = Left()(a);
    const auto y = Right()(b);
    constexpr bool unsigned_both =
        std::is_unsigned_v<decltype(x)> && std::is_unsigned_v<decltype(y)>;
    using product = std::conditional_t<unsigned_both, std::uint64_t, std::int64_t>;
    return static_cast<product>(x) * static_cast<product>(y);
  }
};

/// The second of two.
struct weight_of {
  template <class A, class W> W operator()(const A&, const W& weight) const { return weight; }
};

/// Sums of integers that do not wrap around: one, or an array of them.
template <class F, class A, class W, class... Options>
auto totals_of(F f, const A& a, const W& weights, const Options&... options) {
  const auto terms = elementwise(f, a, weights);
  if constexpr (!reduces_all<decltype(terms)::ndim, Options...>) {
    return reduce<dividend_reduction>(terms, options...);
  } else {
    using accumulator = total_accumulator<typename decltype(terms)::value_type>;
    if constexpr (with_mask<Options...>)
      return accumulated<accumulator>(masked_node(terms, mask_of(options...), {})).total;
    else
      return accumulated<accumulator>(terms).total;
  }
}

struct to_weighted_mean {
  double operator()(const integer_total& upper, const integer_total& left,
                    const integer_total& right, const integer_total& lower,
                    const integer_total& weight) const {
    return weighted_mean({upper, left, right, lower}, weight);
  }
};

/// Of integers with integers for weights: products and sums are exact.
template <class A, class W, class... Options>
auto average_of_integers(const A& a, const W& weights, const Options&... options) {
  constexpr bool left_is_word = is_word<typename A::value_type>;
  constexpr bool right_is_word = is_word<typename W::value_type>;
  const auto totals = [&](auto is_needed, auto f) {
    if constexpr (is_needed)
      return totals_of(f, a, weights, options...);
    else
      return integer_total{};
  };
  const auto upper = totals(std::bool_constant < left_is_word && right_is_word > (),
                            product_of_halves<upper_half, upper_half>());
  const auto left =
      totals(std::bool_constant<left_is_word>(), product_of_halves<upper_half, lower_half>());
  const auto right =
      totals(std::bool_constant<right_is_word>(), product_of_halves<lower_half, upper_half>());
  const auto lower = totals(std::true_type(), product_of_halves<lower_half, lower_half>());
  const auto weight = totals(std::true_type(), weight_of());
  if constexpr (array_operand<decltype(lower)>) {
    return ndarray<double, decltype(lower)::ndim>(
        make_expression(to_weighted_mean(), capture(upper), capture(left), capture(right),
                        capture(lower), capture(weight)));
  } else {
    check_weight(rounded(weight));
    return to_weighted_mean()(upper, left, right, lower, weight);
  }
}

/// Sums of weights in the precision of what they divide.
struct weight_in_double {
  template <class A, class W> auto operator()(const A&, const W& weight) const {
    if constexpr (std::is_integral_v<W>)
      return static_cast<double>(weight);
    else
      return weight;
  }
};

} // namespace detail

/// Mean with weights, which broadcast to the shape of what is averaged. Of integers with integers
/// for weights it is exact, but for being rounded; other integers are taken as double. Weights of
/// a line that add up to zero give NaN or an infinity.
/// @throws argument_error when the weights of the whole add up to zero.
template <array_operand A, array_operand W, reduce_option... Options>
auto average(const A& a, const W& weights, const Options&... options) {
  if constexpr (std::is_integral_v<typename A::value_type> &&
                std::is_integral_v<typename W::value_type>) {
    return detail::average_of_integers(a, weights, options...);
  } else {
    const auto total = sum(a * weights, options...);
    const auto weight =
        sum(detail::elementwise(detail::weight_in_double(), a, weights), options...);
    if constexpr (array_operand<decltype(total)>) {
      return ndarray(total / weight);
    } else {
      detail::check_weight(static_cast<double>(weight));
      return total / static_cast<decltype(total)>(weight);
    }
  }
}

} // namespace tessera
