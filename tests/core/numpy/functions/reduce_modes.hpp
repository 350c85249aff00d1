// The ways in which a reduction is called: whole, along axes, with keepdims, with a mask.
#pragma once

#include "function.hpp"

#include <tessera/core/reductions/reduce.hpp>

enum class reduce_mode : index_t { whole, axis, keepdims, two_axes, masked, masked_axis };

template <class F, class A>
void reduce_mode_of_axis(reduce_mode mode, index_t axis_of, results& out, F f, const A& a) {
  if (mode == reduce_mode::whole) out(f(a));
  if (mode == reduce_mode::axis) out(f(a, tessera::axis(axis_of)));
  if (mode == reduce_mode::keepdims) out(f(a, tessera::axis(axis_of), tessera::keepdims));
}

/// Arguments: mode, axis, array.
template <class... Types, class F> void reduce_one_axis(arguments& in, results& out, F f) {
  const auto mode = static_cast<reduce_mode>(in.integer());
  const index_t axis_of = in.integer();
  in.any_array<Types...>([&](const auto& a) { reduce_mode_of_axis(mode, axis_of, out, f, a); });
}

template <class F, class A>
void reduce_mode_unmasked(reduce_mode mode, index_t first, index_t second, results& out, F f,
                          const A& a) {
  reduce_mode_of_axis(mode, first, out, f, a);
  if constexpr (A::ndim > 1)
    if (mode == reduce_mode::two_axes) out(f(a, tessera::axis(first, second)));
}

/// Arguments: mode, two axes, array.
template <class... Types, class F> void reduce_unmasked(arguments& in, results& out, F f) {
  const auto mode = static_cast<reduce_mode>(in.integer());
  const index_t first = in.integer();
  const index_t second = in.integer();
  in.any_array<Types...>(
      [&](const auto& a) { reduce_mode_unmasked(mode, first, second, out, f, a); });
}

/// The same, and a mask of two axes after an array of two axes.
template <class... Types, class F> void reduce_in_all_modes(arguments& in, results& out, F f) {
  const auto mode = static_cast<reduce_mode>(in.integer());
  const index_t first = in.integer();
  const index_t second = in.integer();
  in.any_array<Types...>([&](const auto& a) {
    reduce_mode_unmasked(mode, first, second, out, f, a);
    if constexpr (std::remove_cvref_t<decltype(a)>::ndim == 2) {
      if (mode != reduce_mode::masked && mode != reduce_mode::masked_axis) return;
      const auto mask = in.array<bool, 2>();
      const auto chosen = tessera::masked(mask.elements);
      if (mode == reduce_mode::masked)
        out(f(a, chosen));
      else
        out(f(a, tessera::axis(first), chosen));
    }
  });
}
