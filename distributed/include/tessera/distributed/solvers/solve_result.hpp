/// @file
/// How iterative solvers are told when to stop, and what they say when they have.
///
/// A part of it lies in solve_result.cpp.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/distributed/stencils/callback.hpp>

#include <iosfwd>
#include <vector>

namespace tessera {

/// When a solver stops, and who watches it. |r| is the norm of the residual b - A x.
struct solve_options {
  /// Stops at |r| <= tolerance * |b| ...
  double tolerance = 1e-8;
  /// ... or at |r| <= absolute, whichever comes first.
  double absolute = 0.0;
  index_t max_iterations = 1000;
  /// Called with the number of an iteration and |r| after it, first with 0, on all ranks; false
  /// stops the solver: `[](index_t k, double r) { return r < 1e6; }`. A void result goes on.
  detail::callback<index_t, double> monitor = {};
};

/// Why a solver has stopped.
enum class stop_reason {
  converged,
  max_iterations,
  not_definite, ///< the operator or the preconditioner is not positive definite
  breakdown,    ///< a number to divide by is zero, before convergence
  not_finite,   ///< infinities or NaN have come up
  stopped       ///< by the monitor
};

/// "max_iterations", a text that outlives all. Local.
[[nodiscard]] const char* name_of(stop_reason reason);

/// What a solver did. The same on all ranks, and on any number of ranks. Members are local.
///
///     const solve_result result = cg(laplacian, x, b, {.tolerance = 1e-10});
///     if (!result.converged()) ...   // or
///     result.check();                // throws
class [[nodiscard]] solve_result {
public:
  /// For the solvers.
  solve_result(const char* solver, double target) : solver_(solver), target_(target) {}

  [[nodiscard]] bool converged() const { return reason_ == stop_reason::converged; }
  [[nodiscard]] stop_reason reason() const { return reason_; }
  /// How many there were.
  [[nodiscard]] index_t iterations() const {
    return residuals_.empty() ? 0 : static_cast<index_t>(residuals_.size()) - 1;
  }
  /// |r| at the end.
  [[nodiscard]] double residual() const { return residuals_.empty() ? 0.0 : residuals_.back(); }
  /// |r| before the first iteration and after each.
  [[nodiscard]] const std::vector<double>& residuals() const { return residuals_; }
  /// What |r| had to come down to.
  [[nodiscard]] double target() const { return target_; }
  /// "cg: converged after 12 iterations: |r| = 3.1e-11, wanted 1e-10".
  [[nodiscard]] std::string text() const;
  /// Nothing, where the solver has converged. Throws on all ranks alike.
  /// @throws convergence_error with the text otherwise.
  void check() const;

  /// For the solvers: |r| after an iteration; true when the solver has to stop.
  bool note(double residual, const solve_options& options);
  /// For the solvers: |r| was found to be this, whatever it had been noted to be. True when it is
  /// low enough.
  bool correct(double residual);
  /// For the solvers: why there is no next iteration.
  void stop(stop_reason reason, double operand);

private:
  const char* solver_;
  double target_;
  stop_reason reason_ = stop_reason::max_iterations;
  double operand_ = 0.0; // what showed a breakdown
  std::vector<double> residuals_;
};

/// Thrown by `solve_result::check` for a solver that has not converged.
class convergence_error : public error {
public:
  /// Local.
  explicit convergence_error(const solve_result& result);
  /// Why. Local.
  [[nodiscard]] stop_reason reason() const { return reason_; }

private:
  stop_reason reason_;
};

namespace detail {

/// What |r| has to come down to.
/// @throws argument_error on all ranks for options that are no numbers, or negative.
double target_of(const char* solver, const solve_options& options, double norm_of_b);

} // namespace detail

} // namespace tessera
