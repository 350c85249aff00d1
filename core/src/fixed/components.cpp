#include <tessera/core/fixed/components.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_steps(const index_t* shape, const index_t* strides, std::size_t ndim,
                              const std::string& elements) {
  throw argument_error(fmt::format(
      "as_fixed: the numbers of an array of shape {} and strides {} do not lie as those of "
      "elements "
      "of shape {} do, side by side and whole elements apart; make a copy() of it first",
      tuple_text(shape, ndim), tuple_text(strides, ndim), elements));
}

} // namespace

void check_fixed_axes(const index_t* shape, const index_t* strides, std::size_t ndim,
                      const index_t* inner, std::size_t inner_ndim) {
  const std::size_t outer = ndim - inner_ndim;
  const std::string elements = tuple_text(inner, inner_ndim);
  bool fits = true;
  bool has_elements = true;
  for (std::size_t d = 0; d < inner_ndim; ++d) fits = fits && shape[outer + d] == inner[d];
  if (!fits)
    throw shape_error(fmt::format("as_fixed: the last axes of an array of shape {} have not the "
                                  "sizes of elements of shape {}",
                                  tuple_text(shape, ndim), elements));
  index_t step = 1;
  for (std::size_t d = 0; d < outer; ++d) has_elements = has_elements && shape[d] > 0;
  if (!has_elements) return;
  for (std::size_t d = inner_ndim; d-- > 0; step *= inner[d])
    if (inner[d] != 1 && strides[outer + d] != step) throw_steps(shape, strides, ndim, elements);
  for (std::size_t d = 0; d < outer; ++d)
    if (shape[d] > 1 && strides[d] % step != 0) throw_steps(shape, strides, ndim, elements);
}

} // namespace tessera::detail
