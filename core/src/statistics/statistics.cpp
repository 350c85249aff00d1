#include <tessera/core/statistics/statistics.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tessera::detail {

void check_weight(double total) {
  if (total == 0.0) throw argument_error("average with weights that add up to zero");
}

void check_quantile(double q, const char* name) {
  if (!(q >= 0.0 && q <= 1.0))
    throw argument_error(
        fmt::format("{} at {:f} of the elements; it must lie from 0 to 1", name, q));
}

namespace {

/// NumPy's: from the nearer of the two, so that both ends are met exactly. Of two equal infinities,
/// and where the difference of finite numbers is none, the result is what one would expect.
double between(double a, double b, double t) {
  if (a == b) return a;
  const double step = b - a;
  if (std::isinf(step) && std::isfinite(a) && std::isfinite(b))
    return 2.0 * between(a / 2.0, b / 2.0, t);
  return t >= 0.5 ? b - step * (1.0 - t) : a + step * t;
}

double middle_of(double a, double b) {
  const double both = a + b;
  return std::isinf(both) && std::isfinite(a) && std::isfinite(b) ? a / 2.0 + b / 2.0 : both / 2.0;
}

double exact_place(index_t n, double q) { return static_cast<double>(n - 1) * q; }

/// Reorders the values.
double quantile_of_numbers(double* values, index_t n, double q) {
  const index_t k = place_of_quantile(n, q);
  std::nth_element(values, values + k, values + n);
  const double low = values[k];
  const double high = k + 1 < n ? *std::min_element(values + k + 1, values + n) : low;
  return quantile_between(low, high, n, q);
}

} // namespace

index_t place_of_quantile(index_t n, double q) {
  return static_cast<index_t>(std::floor(exact_place(n, q)));
}

double quantile_between(double low, double high, index_t n, double q) {
  // Which one of zeros of both signs is found depends on their order: none is -0.
  if (q == 0.5 && n % 2 == 0) return middle_of(low, high) + 0.0;
  const double place = exact_place(n, q);
  const double share = place - std::floor(place);
  return (share > 0 ? between(low, high, share) : low) + 0.0; // infinities have no difference
}

namespace {

// Quiet, with a payload that has the last bit: a float cannot become it.
constexpr std::uint64_t bits_of_left_out = 0x7ff8'6d61'736b'6581;

} // namespace

double left_out() { return std::bit_cast<double>(bits_of_left_out); }

index_t close_holes(double* values, index_t n) {
  return std::remove_if(
             values, values + n,
             [](double x) { return std::bit_cast<std::uint64_t>(x) == bits_of_left_out; }) -
         values;
}

void quantile_of_line(std::byte* line, index_t n, index_t output, void* request) {
  const auto& wanted = *static_cast<const quantile_request*>(request);
  auto* const values = reinterpret_cast<double*>(line);
  if (wanted.has_holes) n = close_holes(values, n);
  const double* const nan = std::find_if(values, values + n, [](double x) { return x != x; });
  const bool has_number = n > 0 && nan == values + n;
  for (index_t i = 0; i < wanted.count; ++i)
    wanted.results[i * wanted.outputs + output] =
        has_number ? quantile_of_numbers(values, n, wanted.q[i])
                   : (n > 0 ? *nan : std::numeric_limits<double>::quiet_NaN());
}

} // namespace tessera::detail
