#include <tessera/core/error.hpp>
#include <tessera/core/shapes/pad.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

namespace {

index_t modulo(index_t i, index_t n) { return (i % n + n) % n; }

} // namespace

void add_padding(index_t* shape, const pad_width* widths, std::size_t ndim, pad_mode mode) {
  const std::string from = tuple_text(shape, ndim);
  for (std::size_t d = 0; d < ndim; ++d) {
    const auto [before, after] = widths[d];
    const std::string ends = fmt::format("{} and {} elements at the ends of axis {} of shape {}",
                                         before, after, d, from);
    if (before < 0 || after < 0) throw argument_error("pad cannot add " + ends);
    if (shape[d] == 0 && mode != pad_mode::constant && (before > 0 || after > 0))
      throw argument_error("pad has no element to continue with: " + ends);
    if (__builtin_add_overflow(shape[d], before, &shape[d]) ||
        __builtin_add_overflow(shape[d], after, &shape[d]))
      throw shape_error("more elements than an index can count: " + ends);
  }
}

index_t padding_source(index_t i, index_t n, pad_mode mode) {
  if (mode == pad_mode::edge) return i < 0 ? 0 : n - 1;
  if (mode == pad_mode::wrap) return modulo(i, n);
  if (mode == pad_mode::symmetric) {
    const index_t k = modulo(i, 2 * n);
    return k < n ? k : 2 * n - 1 - k;
  }
  if (n == 1) return 0;
  const index_t k = modulo(i, 2 * n - 2);
  return k < n ? k : 2 * n - 2 - k;
}

} // namespace tessera::detail
