/// @file
/// Phases without their jumps.
#pragma once

#include <tessera/core/elements/division.hpp>
#include <tessera/core/elements/floating.hpp>
#include <tessera/core/elements/where.hpp>
#include <tessera/core/reductions/cumulative.hpp>

namespace tessera {

/// What counts as a jump.
struct unwrap_options {
  /// Phases repeat after so much.
  double period = 2.0 * detail::pi<double>;
  /// Only larger steps are taken for jumps; at least half a period, as which NaN counts.
  double discont = __builtin_nan("");
};

namespace detail {

/// What is to be added to a step between neighbours so that it is at most half a period.
struct jump_correction {
  double period;
  double least;

  explicit jump_correction(const unwrap_options& options)
      : period(options.period),
        least(options.discont == options.discont ? options.discont : options.period / 2.0) {}

  double operator()(double before, double after) const noexcept {
    const double step = after - before;
    const double low = -period / 2.0;
    double shorter = raw_remainder()(step - low, period) + low;
    if (shorter == low && step > 0.0) shorter = -low;
    return __builtin_fabs(step) < least ? 0.0 : shorter - step;
  }
};

/// @throws argument_error for a period that is not positive.
void check_period(double period);

} // namespace detail

/// Phases along an axis (the last unless named), to which multiples of the period are added so that
/// neighbours are at most half a period apart. As double.
///
///     unwrap(angle)
///     unwrap(degrees, {.period = 360.0}, axis(0))
///
/// @throws argument_error for a period that is not positive.
template <local_operand A>
auto unwrap(const A& a, const unwrap_options& options = {}, const axis_list<1>& along = {{-1}}) {
  constexpr std::size_t N = A::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  detail::check_period(options.period);
  ndarray<double, N> result(a);
  const view<const double, N> from = result;
  const index_t steps = from.shape()[axis] > 0 ? from.shape()[axis] - 1 : 0;
  const ndarray<double, N> corrections(
      cumsum(detail::make_expression(detail::jump_correction(options),
                                     detail::capture(detail::part_of_axis(from, axis, 0, steps)),
                                     detail::capture(detail::part_of_axis(from, axis, 1, steps))),
             axis_list<1>{{static_cast<index_t>(axis)}}));
  detail::part_of_axis(result.view(), axis, 1, steps) += corrections;
  return result;
}
template <local_operand A> auto unwrap(const A& a, const axis_list<1>& along) {
  return unwrap(a, unwrap_options{}, along);
}

} // namespace tessera
