/// @file
/// Which axes a function works along.
#pragma once

#include <tessera/core/shape.hpp>

#include <type_traits>

namespace tessera {

/// One or more axes; negative ones count from the last.
template <std::size_t K> struct axis_list { index_t axes[K]; };

/// Names the axes that a function works along, as NumPy's `axis=` does:
///
///     sum(a, axis(0))
///     sum(a, axis(0, -1), keepdims)
///     concatenate(a, b, axis(1))
template <class... Axes>
requires(std::is_integral_v<Axes>&&...) constexpr auto axis(Axes... axes) {
  return axis_list<sizeof...(Axes)>{{static_cast<index_t>(axes)...}};
}

/// The axes that a reduction works along stay, with one element each, so that the result broadcasts
/// against what was reduced.
struct keepdims_t {};
inline constexpr keepdims_t keepdims{};

namespace detail {

/// The axis of an array of `ndim` axes that `axis` means.
/// @throws argument_error naming both when there is none.
std::size_t checked_axis(index_t axis, std::size_t ndim);

/// The same for several; `found[d]` tells whether axis d is among them.
/// @throws argument_error also when one is named twice.
void mark_axes(const index_t* axes, std::size_t count, std::size_t ndim, bool* found);

} // namespace detail

} // namespace tessera
