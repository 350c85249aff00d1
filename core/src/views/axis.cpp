#include <tessera/core/error.hpp>
#include <tessera/core/views/axis.hpp>

#include <fmt/core.h>

namespace tessera::detail {

std::size_t checked_axis(index_t axis, std::size_t ndim) {
  const auto n = static_cast<index_t>(ndim);
  if (axis < -n || axis >= n)
    throw argument_error(fmt::format("there is no axis {} in an array of {} {}", axis, ndim,
                                     ndim == 1 ? "axis" : "axes"));
  return static_cast<std::size_t>(axis < 0 ? axis + n : axis);
}

void mark_axes(const index_t* axes, std::size_t count, std::size_t ndim, bool* found) {
  for (std::size_t d = 0; d < ndim; ++d) found[d] = false;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t d = checked_axis(axes[k], ndim);
    if (found[d]) throw argument_error(fmt::format("axis {} is named twice", axes[k]));
    found[d] = true;
  }
}

} // namespace tessera::detail
