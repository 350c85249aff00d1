/// @file
/// How far a stencil reads.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/views/subscript.hpp>

namespace tessera {

/// How far a stencil reads from a cell: the same along every axis, or `{2, 1}` by axis. A value;
/// all members are local.
template <std::size_t N> struct stencil_radius {
  shape_t<N> along{};

  /// Implicit: a number does.
  constexpr stencil_radius(index_t every_axis) { along.fill(every_axis); }
  /// One for each axis.
  template <class... Radius>
  requires(N > 1 && sizeof...(Radius) == N &&
           (detail::is_integer<Radius> && ...)) constexpr stencil_radius(Radius... by_axis)
      : along{static_cast<index_t>(by_axis)...} {}
};

} // namespace tessera
