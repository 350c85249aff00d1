/// @file
/// Random numbers: reproducible, and the same however a draw is divided.
///
/// Its parts lie in random.cpp, random_integers.cpp, random_counts.cpp and random_gamma.cpp.
#pragma once

#include <tessera/core/random/draws.hpp>

#include <tuple>

namespace tessera {

/// The upper end of `integers` belongs to them.
struct endpoint_t {};
inline constexpr endpoint_t endpoint{};

/// All that a generator knows; can be written to a file as bytes.
struct generator_state {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint64_t position = 0; ///< elements drawn so far
  std::uint64_t children = 0; ///< generators spawned so far
};

/// A source of random numbers: a seed, a stream and a position. The stream is Philox4x64-10 (Salmon
/// et al., 2011), which computes any of its words directly from its number. **Element i of a draw
/// depends on seed, stream, position and i only**, and a draw of n elements moves the position n
/// on, whatever the distribution. So a draw has the same bits whether it is made at once, in
/// pieces, or by several threads or ranks, each from its own position on (`skip`), and on every
/// processor.
///
/// `random` and `uniform` give, bit for bit, the numbers of
/// `numpy.random.Generator(numpy.random.Philox(key=seed + (stream << 64)))`.
///
/// Every function takes the shape last, as integers, in braces, or as a shape; without one, it
/// gives a number. Distributions of two parameters take 0 and 1 for them where only a shape, or one
/// size, is given: `rng.normal(1000)` are a thousand standard normal numbers (NumPy takes a single
/// argument for the mean).
/// In place of a shape, an array or view is filled, the last axis fastest, also one over ranks
/// (include <tessera/distributed/functions/random.hpp>): then each rank draws its own part of the
/// same numbers.
///
///     generator rng(42);
///     double x = rng.random();
///     ndarray a = rng.normal(0.0, 1.0, 1000, 3);
///     ndarray b = rng.random({2, 3});
///     ndarray dice = rng.integers(1, 6, endpoint, 100);
///     rng.normal(0.0, 1.0, a);
///
/// Parameters that a distribution does not have (a negative scale, a probability above 1) throw
/// argument_error. Copies are independent and give the same numbers. A generator may not be used
/// by two threads at once: give each its own, by `spawn` or another stream.
class generator {
public:
  explicit generator(std::uint64_t seed, std::uint64_t stream = 0) : state_{seed, stream, 0, 0} {}
  /// Continues where `state()` was taken.
  explicit generator(const generator_state& state) : state_(state) {}

  [[nodiscard]] const generator_state& state() const { return state_; }
  void restore(const generator_state& state) { state_ = state; }
  /// Moves on (or back) as if so many elements had been drawn.
  void skip(index_t elements) { state_.position += static_cast<std::uint64_t>(elements); }
  /// A generator with a stream of its own that is, with certainty for all practical purposes, not
  /// that of any other; each call gives another one.
  [[nodiscard]] generator spawn();

  /// @name Continuous distributions
  /// @{

  /// Uniform in [0, 1), multiples of 2^-53.
  template <class... S> auto random(S&&... shape) { return uniform(0.0, 1.0, shape...); }
  template <std::size_t N> auto random(const detail::sizes<N>& shape) {
    return random(detail::as_shape(shape));
  }
  /// Uniform in [low, high).
  template <class... S> auto uniform(double low, double high, S&&... shape) {
    return draw(detail::uniform_distribution{low, high}, shape...);
  }
  template <std::size_t N> auto uniform(double low, double high, const detail::sizes<N>& shape) {
    return uniform(low, high, detail::as_shape(shape));
  }
  template <class... S>
  requires detail::are_sizes<S...>
  auto uniform(S&&... shape) { return uniform(0.0, 1.0, shape...); }
  template <std::size_t N> auto uniform(const detail::sizes<N>& shape) {
    return uniform(0.0, 1.0, shape);
  }
  /// Normal with mean 0 and standard deviation 1; at most 8.6 in magnitude.
  template <class... S> auto standard_normal(S&&... shape) { return normal(0.0, 1.0, shape...); }
  template <std::size_t N> auto standard_normal(const detail::sizes<N>& shape) {
    return standard_normal(detail::as_shape(shape));
  }
  template <class... S> auto normal(double mean, double sd, S&&... shape) {
    return draw(detail::normal_distribution{mean, sd}, shape...);
  }
  template <std::size_t N> auto normal(double mean, double sd, const detail::sizes<N>& shape) {
    return normal(mean, sd, detail::as_shape(shape));
  }
  template <class... S>
  requires detail::are_sizes<S...>
  auto normal(S&&... shape) { return normal(0.0, 1.0, shape...); }
  template <std::size_t N> auto normal(const detail::sizes<N>& shape) {
    return normal(0.0, 1.0, shape);
  }
  /// The exponential of a normal number.
  template <class... S> auto lognormal(double mean, double sd, S&&... shape) {
    return draw(detail::lognormal_distribution{mean, sd}, shape...);
  }
  template <std::size_t N> auto lognormal(double mean, double sd, const detail::sizes<N>& shape) {
    return lognormal(mean, sd, detail::as_shape(shape));
  }
  template <class... S>
  requires detail::are_sizes<S...>
  auto lognormal(S&&... shape) { return lognormal(0.0, 1.0, shape...); }
  template <std::size_t N> auto lognormal(const detail::sizes<N>& shape) {
    return lognormal(0.0, 1.0, shape);
  }
  /// Exponential with mean `scale`.
  template <class... S> auto exponential(double scale, S&&... shape) {
    return draw(detail::exponential_distribution{scale}, shape...);
  }
  template <std::size_t N> auto exponential(double scale, const detail::sizes<N>& shape) {
    return exponential(scale, detail::as_shape(shape));
  }
  template <class... S> auto laplace(double mean, double scale, S&&... shape) {
    return draw(detail::laplace_distribution{mean, scale}, shape...);
  }
  template <std::size_t N> auto laplace(double mean, double scale, const detail::sizes<N>& shape) {
    return laplace(mean, scale, detail::as_shape(shape));
  }
  template <class... S>
  requires detail::are_sizes<S...>
  auto laplace(S&&... shape) { return laplace(0.0, 1.0, shape...); }
  template <std::size_t N> auto laplace(const detail::sizes<N>& shape) {
    return laplace(0.0, 1.0, shape);
  }
  template <class... S> auto rayleigh(double scale, S&&... shape) {
    return draw(detail::rayleigh_distribution{scale}, shape...);
  }
  template <std::size_t N> auto rayleigh(double scale, const detail::sizes<N>& shape) {
    return rayleigh(scale, detail::as_shape(shape));
  }
  template <class... S> auto weibull(double a, S&&... shape) {
    return draw(detail::weibull_distribution{a}, shape...);
  }
  template <std::size_t N> auto weibull(double a, const detail::sizes<N>& shape) {
    return weibull(a, detail::as_shape(shape));
  }
  template <class... S> auto pareto(double a, S&&... shape) {
    return draw(detail::pareto_distribution{a}, shape...);
  }
  template <std::size_t N> auto pareto(double a, const detail::sizes<N>& shape) {
    return pareto(a, detail::as_shape(shape));
  }
  template <class... S> auto gumbel(double mean, double scale, S&&... shape) {
    return draw(detail::gumbel_distribution{mean, scale}, shape...);
  }
  template <std::size_t N> auto gumbel(double mean, double scale, const detail::sizes<N>& shape) {
    return gumbel(mean, scale, detail::as_shape(shape));
  }
  template <class... S>
  requires detail::are_sizes<S...>
  auto gumbel(S&&... shape) { return gumbel(0.0, 1.0, shape...); }
  template <std::size_t N> auto gumbel(const detail::sizes<N>& shape) {
    return gumbel(0.0, 1.0, shape);
  }
  template <class... S> auto logistic(double mean, double scale, S&&... shape) {
    return draw(detail::logistic_distribution{mean, scale}, shape...);
  }
  template <std::size_t N> auto logistic(double mean, double scale, const detail::sizes<N>& shape) {
    return logistic(mean, scale, detail::as_shape(shape));
  }
  template <class... S>
  requires detail::are_sizes<S...>
  auto logistic(S&&... shape) { return logistic(0.0, 1.0, shape...); }
  template <std::size_t N> auto logistic(const detail::sizes<N>& shape) {
    return logistic(0.0, 1.0, shape);
  }
  /// Gamma with shape parameter k and mean k * scale.
  template <class... S> auto gamma(double k, double scale, S&&... shape) {
    return draw(detail::gamma_distribution{k, scale}, shape...);
  }
  template <std::size_t N> auto gamma(double k, double scale, const detail::sizes<N>& shape) {
    return gamma(k, scale, detail::as_shape(shape));
  }
  template <class... S> auto beta(double a, double b, S&&... shape) {
    return draw(detail::beta_distribution{a, b}, shape...);
  }
  template <std::size_t N> auto beta(double a, double b, const detail::sizes<N>& shape) {
    return beta(a, b, detail::as_shape(shape));
  }
  /// Sum of the squares of `freedom` standard normal numbers.
  template <class... S> auto chisquare(double freedom, S&&... shape) {
    return draw(detail::chisquare_distribution{freedom}, shape...);
  }
  template <std::size_t N> auto chisquare(double freedom, const detail::sizes<N>& shape) {
    return chisquare(freedom, detail::as_shape(shape));
  }
  /// Student's t with `freedom` degrees of freedom.
  template <class... S> auto standard_t(double freedom, S&&... shape) {
    return draw(detail::student_distribution{freedom}, shape...);
  }
  template <std::size_t N> auto standard_t(double freedom, const detail::sizes<N>& shape) {
    return standard_t(freedom, detail::as_shape(shape));
  }
  /// `count` vectors, the rows of the result, with the given means and covariances, by Cholesky's
  /// factorisation.
  /// @throws argument_error when the covariance is not positive definite, shape_error when it has
  ///     not as many rows and columns as `mean` has elements.
  ndarray<double, 2> multivariate_normal(const view<const double, 1>& mean,
                                         const view<const double, 2>& covariance, index_t count);
  /// @}

  /// @name Integers
  /// @{

  /// Uniform in [low, high), all exactly as likely.
  template <class... S> auto integers(index_t low, index_t high, S&&... shape) {
    return draw(detail::integer_distribution{low, detail::count_of_integers(low, high, false)},
                shape...);
  }
  template <std::size_t N> auto integers(index_t low, index_t high, const detail::sizes<N>& shape) {
    return integers(low, high, detail::as_shape(shape));
  }
  /// Uniform in [low, high].
  template <class... S> auto integers(index_t low, index_t high, endpoint_t, S&&... shape) {
    return draw(detail::integer_distribution{low, detail::count_of_integers(low, high, true)},
                shape...);
  }
  template <std::size_t N>
  auto integers(index_t low, index_t high, endpoint_t, const detail::sizes<N>& shape) {
    return integers(low, high, endpoint, detail::as_shape(shape));
  }
  /// The number of trials until one of probability p succeeds: 1, 2, ...
  template <class... S> auto geometric(double p, S&&... shape) {
    return draw(detail::geometric_distribution{p}, shape...);
  }
  template <std::size_t N> auto geometric(double p, const detail::sizes<N>& shape) {
    return geometric(p, detail::as_shape(shape));
  }
  template <class... S> auto poisson(double mean, S&&... shape) {
    return draw(detail::poisson_distribution{mean}, shape...);
  }
  template <std::size_t N> auto poisson(double mean, const detail::sizes<N>& shape) {
    return poisson(mean, detail::as_shape(shape));
  }
  /// The number of successes in n trials of probability p.
  template <class... S> auto binomial(index_t n, double p, S&&... shape) {
    return draw(detail::binomial_distribution{n, p}, shape...);
  }
  template <std::size_t N> auto binomial(index_t n, double p, const detail::sizes<N>& shape) {
    return binomial(n, p, detail::as_shape(shape));
  }
  /// @}

  /// @name Choice and order
  /// @{

  /// `count` of the integers 0, ..., n - 1. Without replacement and without probabilities, they are
  /// the first of a permutation by Fisher and Yates's method, of which only the numbers that were
  /// moved are held: time and memory grow with `count`, not with n. With probabilities and without
  /// replacement, both grow with n.
  ///
  ///     rng.choice(10, 3, {.replace = false})
  ///     rng.choice(index_t{1} << 40, 10, {.replace = false})
  ///     rng.choice(3, 100, {.p = weights})
  ///
  /// @throws argument_error when there is nothing to choose from, when there are fewer elements
  ///     than are to be chosen without replacement, or when the probabilities are negative or do
  ///     not sum to 1.
  ndarray<index_t, 1> choice(index_t n, index_t count, const choice_options& options = {}) {
    ndarray<index_t, 1> result(shape_t<1>{count});
    detail::fill_choice(at(), n, options, result.data(), count);
    skip(detail::choice_length(n, count, options));
    return result;
  }
  /// `count` elements of an array.
  template <array_operand A>
  requires(A::ndim == 1) auto choice(const A& a, index_t count,
                                     const choice_options& options = {}) {
    const index_t n = detail::as_node(a).shape()[0];
    return detail::rows_of<A>::at(a, choice(n, count, options));
  }
  /// The integers 0, ..., n - 1 in random order, all orders equally likely.
  ndarray<index_t, 1> permutation(index_t n);
  /// A copy of an array in random order along its first axis.
  template <local_operand A> auto permutation(const A& a) {
    ndarray<typename A::value_type, A::ndim> result(a);
    shuffle(result.view());
    return result;
  }
  template <array_operand A>
  requires A::is_global auto permutation(const A& a) {
    return detail::rows_of<A>::at(a, permutation(detail::as_node(a).shape()[0]));
  }
  /// Brings an array into random order along its first axis, in place.
  template <class T, std::size_t N> void shuffle(const view<T, N>& a) {
    const ndarray<index_t, 1> partners = swaps(a.shape(0));
    for (index_t i = a.shape(0) - 1; i > 0; --i) detail::swap_rows(a, i, partners(i));
  }
  template <class T, std::size_t N> void shuffle(ndarray<T, N>& a) { shuffle(a.view()); }
  template <array_operand A>
  requires(A::is_global&& A::is_assignable) void shuffle(A& a) {
    detail::rows_of<A>::reorder(a, permutation(a.shape()[0]));
  }
  /// @}

private:
  [[nodiscard]] detail::draw_position at() const {
    return {{state_.seed, state_.stream}, state_.position};
  }

  /// Element i is one of 0, ..., i: with whom it is swapped.
  ndarray<index_t, 1> swaps(index_t n) {
    ndarray<index_t, 1> result(shape_t<1>{n});
    detail::fill_swaps(at(), result.data(), n);
    skip(n);
    return result;
  }

  template <class Distribution, class... S> auto draw(const Distribution& d, S&&... shape) {
    using T = typename Distribution::type;
    if constexpr (sizeof...(S) == 0) {
      T value{};
      detail::fill(at(), d, &value, 1);
      skip(1);
      return value;
    } else if constexpr (detail::is_draw_target<S...>) {
      (detail::drawn_into<std::remove_cvref_t<S>>::fill_with(at(), d, shape), ...);
      (skip(shape.size()), ...);
    } else {
      const auto sizes = detail::shape_of_sizes(shape...);
      ndarray<T, std::tuple_size_v<decltype(sizes)>> result(sizes);
      detail::fill(at(), d, result.data(), result.size());
      skip(result.size());
      return result;
    }
  }

  generator_state state_;
};

} // namespace tessera
