#include <tessera/core/error.hpp>
#include <tessera/core/transforms/fft_steps.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>

namespace tessera::detail {

namespace {

/// Longer ones would have subscripts whose products have no place in 64 bits.
constexpr index_t most_points = index_t{1} << 40;

double scale_of(fft_norm norm, bool is_inverse, index_t n) {
  const auto points = static_cast<double>(n);
  if (norm == fft_norm::ortho) return 1.0 / std::sqrt(points);
  return (norm == fft_norm::backward) == is_inverse ? 1.0 / points : 1.0;
}

index_t points_of(const fft_request& request, line_kind kind, index_t asked, std::size_t axis,
                  const index_t* shape, std::size_t ndim) {
  const bool to_real = kind == line_kind::complex_to_real;
  const index_t n = asked != as_it_is ? asked : to_real ? 2 * (shape[axis] - 1) : shape[axis];
  if (n >= 1 && n <= most_points) return n;
  throw argument_error(fmt::format(
      "{}: a transform of {} points along axis {} of an array of shape {}{}", request.name, n, axis,
      tuple_text(shape, ndim),
      n > most_points ? fmt::format("; there are at most {}", most_points)
      : to_real       ? "; an axis of m numbers holds half the spectrum of 2 (m - 1) points, or of "
                        "as many as are asked for: at least 1"
                      : "; it takes at least 1, with zeros where there are none, if asked for"));
}

line_kind kind_of(fft_kind kind, bool is_real_axis) {
  if (kind == fft_kind::complex || !is_real_axis) return line_kind::complex_to_complex;
  return kind == fft_kind::from_real ? line_kind::real_to_complex : line_kind::complex_to_real;
}

} // namespace

void plan_fft(const fft_request& request, const index_t* axes, const index_t* sizes,
              std::size_t count, const index_t* shape, std::size_t ndim, fft_step* steps) {
  const auto found = std::make_unique<bool[]>(ndim);
  mark_axes(axes, count, ndim, found.get());
  for (std::size_t i = 0; i < count; ++i) {
    const bool last_first = request.kind == fft_kind::from_real ||
                            (request.kind == fft_kind::complex && !request.is_inverse);
    const std::size_t k = last_first ? count - 1 - i : i;
    const std::size_t axis = checked_axis(axes[k], ndim);
    const line_kind kind = kind_of(request.kind, k + 1 == count);
    const index_t n = points_of(request, kind, sizes[k], axis, shape, ndim);
    steps[i] = {kind,
                request.is_inverse || kind == line_kind::complex_to_real,
                request.is_conjugated && kind != line_kind::complex_to_complex,
                axis,
                n,
                kind == line_kind::real_to_complex ? n / 2 + 1 : n,
                scale_of(request.norm, request.is_inverse, n)};
  }
}

template <class Part>
void run_fft_step(const fft_step& step, bool has_real, std::size_t ndim, const index_t* from_shape,
                  const index_t* from_strides, const void* from, const index_t* to_strides,
                  void* to) {
  const index_t read = step.kind == line_kind::complex_to_real ? step.n / 2 + 1 : step.n;
  const axis_transform what{step.kind,
                            step.is_inverse,
                            step.is_conjugated,
                            has_real && step.kind == line_kind::complex_to_complex,
                            step.n,
                            step.scale,
                            ndim,
                            step.axis,
                            from_shape,
                            {std::min(from_shape[step.axis], read), from_strides},
                            {step.result, to_strides}};
  run_transform<Part>(what, from, to);
}

template void run_fft_step<float>(const fft_step&, bool, std::size_t, const index_t*,
                                  const index_t*, const void*, const index_t*, void*);
template void run_fft_step<double>(const fft_step&, bool, std::size_t, const index_t*,
                                   const index_t*, const void*, const index_t*, void*);

void check_frequencies(const char* name, index_t n) {
  if (n < 1)
    throw argument_error(fmt::format("{} of {} points; there must be at least one", name, n));
}

} // namespace tessera::detail
