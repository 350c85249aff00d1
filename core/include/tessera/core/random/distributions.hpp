/// @file
/// Distributions of random numbers as plain values, and the compiled code that draws from them. The
/// type `generator` in <tessera/core/random.hpp> is what users see.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// Where in which stream a draw begins. Element i of a draw depends on this and on i alone, so any
/// part of it can be made anywhere: its first element is at `after(i)`.
struct draw_position {
  std::uint64_t key[2]; ///< seed and stream
  std::uint64_t first;

  [[nodiscard]] draw_position after(index_t elements) const {
    return {{key[0], key[1]}, first + static_cast<std::uint64_t>(elements)};
  }
};

// Words of the stream that make one element: W, the one at its position; or P, that and its partner
// (positions 2k and 2k + 1); or E, from a stream of the element's own, as many as needed.
// u is uniform in [0, 1), v in (0, 1], z standard normal, e standard exponential.
// clang-format off
struct uniform_distribution     { using type = double; double low, high; };         // W: low + (high - low) u
struct normal_distribution      { using type = double; double mean, sd; };          // P: Box and Muller
struct lognormal_distribution   { using type = double; double mean, sd; };          // P: exp(mean + sd z)
struct exponential_distribution { using type = double; double scale; };             // W: -scale log(v)
struct laplace_distribution     { using type = double; double mean, scale; };       // W: mean +- scale e
struct rayleigh_distribution    { using type = double; double scale; };             // W: scale sqrt(2 e)
struct weibull_distribution     { using type = double; double shape; };             // W: e^(1 / shape)
struct pareto_distribution      { using type = double; double shape; };             // W: exp(e / shape) - 1
struct gumbel_distribution      { using type = double; double mean, scale; };       // W: mean - scale log(e)
struct logistic_distribution    { using type = double; double mean, scale; };       // W: mean + scale log(v / (1 - v))
struct gamma_distribution       { using type = double; double shape, scale; };      // E: Marsaglia and Tsang (2000)
struct beta_distribution        { using type = double; double a, b; };              // E: x / (x + y) of two gammas, each with words of its own
struct chisquare_distribution   { using type = double; double freedom; };           // E: 2 gamma(freedom / 2)
struct student_distribution     { using type = double; double freedom; };           // P, E: z / sqrt(chisquare / freedom)
struct integer_distribution     { using type = std::int64_t; std::int64_t low; std::uint64_t count; }; // W, E: Lemire (2019); count 0 is 2^64
struct geometric_distribution   { using type = std::int64_t; double p; };           // W: ceil(log(v) / log(1 - p))
struct poisson_distribution     { using type = std::int64_t; double mean; };        // W: inversion; E: Hoermann's PTRS (1993) from 10 on
struct binomial_distribution    { using type = std::int64_t; std::int64_t n; double p; }; // W: inversion; E: Hoermann's BTRS (1993) from n p = 10 on
// clang-format on

// Elements 0, ..., n - 1 of a draw.
// @throws argument_error for parameters that the distribution does not have.
void fill(const draw_position& at, const uniform_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const normal_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const lognormal_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const exponential_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const laplace_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const rayleigh_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const weibull_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const pareto_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const gumbel_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const logistic_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const gamma_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const beta_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const chisquare_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const student_distribution& d, double* to, index_t n);
void fill(const draw_position& at, const integer_distribution& d, std::int64_t* to, index_t n);
void fill(const draw_position& at, const geometric_distribution& d, std::int64_t* to, index_t n);
void fill(const draw_position& at, const poisson_distribution& d, std::int64_t* to, index_t n);
void fill(const draw_position& at, const binomial_distribution& d, std::int64_t* to, index_t n);

} // namespace tessera::detail
