#include <tessera/distributed/solvers/solve_result.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace tessera {

namespace {

const char* advice_for(stop_reason reason) {
  switch (reason) {
  case stop_reason::max_iterations: return "allow more iterations, or use a preconditioner";
  case stop_reason::not_definite:
    return "cg needs an operator and a preconditioner that are symmetric and positive definite: "
           "change the sign, or use bicgstab or gmres";
  case stop_reason::breakdown: return "start from another x, or use gmres";
  case stop_reason::not_finite: return "look for infinities and NaN in x, b and the operator";
  default: return "";
  }
}

} // namespace

const char* name_of(stop_reason reason) {
  switch (reason) {
  case stop_reason::converged: return "converged";
  case stop_reason::max_iterations: return "max_iterations";
  case stop_reason::not_definite: return "not_definite";
  case stop_reason::breakdown: return "breakdown";
  case stop_reason::not_finite: return "not_finite";
  case stop_reason::stopped: return "stopped";
  }
  return "";
}

std::string solve_result::text() const {
  const std::string numbers = fmt::format("after {} iterations: |r| = {:.6g}, wanted {:.6g}",
                                          iterations(), residual(), target_);
  if (converged()) return fmt::format("{}: converged {}", solver_, numbers);
  std::string why;
  if (reason_ == stop_reason::not_definite || reason_ == stop_reason::breakdown)
    why = fmt::format(" ({}, a product is {:.6g})", name_of(reason_), operand_);
  else
    why = fmt::format(" ({})", name_of(reason_));
  const std::string advice = advice_for(reason_);
  return fmt::format("{}: not converged{} {}{}{}", solver_, why, numbers,
                     advice.empty() ? "" : "; ", advice);
}

void solve_result::check() const {
  if (!converged()) throw convergence_error(*this);
}

bool solve_result::note(double residual, const solve_options& options) {
  residuals_.push_back(residual);
  const bool goes_on = !options.monitor.is_set() || options.monitor(iterations(), residual);
  if (!std::isfinite(residual))
    reason_ = stop_reason::not_finite;
  else if (residual <= target_)
    reason_ = stop_reason::converged;
  else if (!goes_on)
    reason_ = stop_reason::stopped;
  else
    return iterations() >= options.max_iterations;
  return true;
}

bool solve_result::correct(double residual) {
  residuals_.back() = residual;
  reason_ = residual <= target_ ? stop_reason::converged : stop_reason::max_iterations;
  return converged();
}

void solve_result::stop(stop_reason reason, double operand) {
  reason_ = std::isfinite(operand) ? reason : stop_reason::not_finite;
  operand_ = operand;
}

convergence_error::convergence_error(const solve_result& result)
    : error(error_kind::other, result.text()), reason_(result.reason()) {}

namespace detail {

double target_of(const char* solver, const solve_options& options, double norm_of_b) {
  if (!(options.tolerance >= 0) || !(options.absolute >= 0) || options.max_iterations < 0)
    throw argument_error(
        fmt::format("{}: tolerance {}, absolute {}, max_iterations {}: none may be negative or NaN",
                    solver, options.tolerance, options.absolute, options.max_iterations));
  return std::max(options.tolerance * norm_of_b, options.absolute);
}

} // namespace detail

} // namespace tessera
