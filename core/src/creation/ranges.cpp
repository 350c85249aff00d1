#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/threads/pieces.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <cmath>

namespace tessera::detail {

index_t count_of_integers(std::uint64_t distance, std::uint64_t step) {
  if (step == 0) throw argument_error("arange with a step of 0 never reaches the stop");
  const std::uint64_t count = distance / step + (distance % step != 0);
  if (count > static_cast<std::uint64_t>(INT64_MAX))
    throw argument_error("arange has more numbers than an index can count");
  return static_cast<index_t>(count);
}

index_t count_of_steps(double ratio, double start, double stop, double step) {
  const auto from_to = [&] {
    return fmt::format("arange from {} to {} by {}", digits17_text(start), digits17_text(stop),
                       digits17_text(step));
  };
  if (step == 0) throw argument_error(from_to() + " never reaches the stop");
  // A quotient that underflows still counts as a step.
  if (ratio == 0 && start != stop) return std::signbit(ratio) ? 0 : 1;
  const double count = std::ceil(ratio);
  if (!(count < 9223372036854775808.0))
    throw argument_error(from_to() + " has no number of elements that could be counted");
  return count > 0 ? static_cast<index_t>(count) : 0;
}

namespace {

double steps_of(const linspace_part& part) {
  return static_cast<double>(part.endpoint ? part.num - 1 : part.num);
}

void fill_finite_linspace(const linspace_part& part, double* to) {
  const double steps = steps_of(part);
  const double delta = part.stop - part.start;
  const double step = delta / steps;
  for (index_t i = 0; i < part.count; ++i) {
    const auto k = static_cast<double>(part.first + i);
    // A step that underflows to zero would make all numbers the same.
    const double way = !(steps > 0) ? k * delta : step == 0 ? k / steps * delta : k * step;
    to[i] = way + part.start;
  }
}

/// Finite ends whose distance is none are made half as large; others are as they are, but the first
/// number is where it starts.
void fill_wide_linspace(linspace_part part, double* to) {
  const bool is_finite = std::isfinite(part.start) && std::isfinite(part.stop);
  const double scale = is_finite ? 0.5 : 1;
  part.start *= scale;
  part.stop *= scale;
  const double step = (part.stop - part.start) / steps_of(part);
  for (index_t i = 0; i < part.count; ++i) {
    const auto k = static_cast<double>(part.first + i);
    to[i] = (k > 0 ? k * step + part.start : part.start) / scale;
  }
}

} // namespace

void fill_linspace(const linspace_part& part, double* to) {
  constexpr index_t whole_lines = 64;
  for_parts(part.count, least_piece, whole_lines, [&](index_t begin, index_t end) {
    linspace_part some = part;
    some.first += begin;
    some.count = end - begin;
    if (std::isfinite(part.stop - part.start))
      fill_finite_linspace(some, to + begin);
    else
      fill_wide_linspace(some, to + begin);
  });
  const bool has_last = part.count > 0 && part.first + part.count == part.num;
  if (part.endpoint && part.num > 1 && has_last) to[part.count - 1] = part.stop;
}

void fill_logspace(double start, double stop, double* to, index_t num, bool endpoint, double base) {
  fill_linspace({start, stop, num, endpoint, 0, num}, to);
  for (index_t i = 0; i < num; ++i) to[i] = std::pow(base, to[i]);
}

void fill_geomspace(double start, double stop, double* to, index_t num, bool endpoint) {
  if (start == 0 || stop == 0 || std::signbit(start) != std::signbit(stop))
    throw argument_error(fmt::format("geomspace from {} to {}: no constant factor leads there",
                                     digits17_text(start), digits17_text(stop)));
  const double sign = start < 0 ? -1.0 : 1.0;
  fill_logspace(std::log10(sign * start), std::log10(sign * stop), to, num, endpoint, 10.0);
  for (index_t i = 0; i < num; ++i) to[i] *= sign;
  if (num > 0) to[0] = start;
  if (num > 1 && endpoint) to[num - 1] = stop;
}

void round_down(double* values, index_t count) {
  for (index_t i = 0; i < count; ++i) values[i] = std::floor(values[i]);
}

void check_integer_range(double start, double stop, bool with_sign, std::size_t bits) {
  const double highest = std::ldexp(1.0, static_cast<int>(bits - with_sign));
  const double lowest = with_sign ? -highest : 0.0;
  for (const double end : {start, stop})
    if (!(end >= lowest && end < highest))
      throw argument_error(fmt::format("{} is no {}-bit integer", digits17_text(end), bits));
}

} // namespace tessera::detail
