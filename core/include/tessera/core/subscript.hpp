/// @file
/// Subscripts of several axes, applied by compiled code.
#pragma once

#include <tessera/core/slice.hpp>

#include <type_traits>

namespace tessera::detail {

template <class S>
inline constexpr bool is_integer = std::is_integral_v<S> && !std::is_same_v<S, bool>;
template <class S>
inline constexpr bool is_subscript = is_integer<S> || std::is_same_v<S, slice> ||
                                     std::is_same_v<S, all_t> || std::is_same_v<S, newaxis_t>;

[[noreturn]] void throw_index(index_t index, std::size_t axis, const index_t* shape,
                              std::size_t ndim);

/// A subscript counted from the end when negative, and checked.
inline index_t checked_index(index_t i, std::size_t axis, const index_t* shape, std::size_t ndim) {
  const index_t n = shape[axis];
  if (i < -n || i >= n) throw_index(i, axis, shape, ndim);
  return i < 0 ? i + n : i;
}

/// One subscript, of any kind.
struct subscript {
  enum class kind { integer, range, whole, added };

  constexpr subscript(const slice& s) : what(kind::range), range(s) {} // NOLINT: converts
  constexpr subscript(all_t) : what(kind::whole) {}                    // NOLINT: converts
  constexpr subscript(newaxis_t) : what(kind::added) {}                // NOLINT: converts
  template <class Integer>
  requires is_integer<Integer>
  constexpr subscript(Integer i) // NOLINT: converts
      : what(kind::integer), integer(static_cast<index_t>(i)) {}

  kind what;
  index_t integer = 0;
  slice range{none, none};
};

/// Applies subscripts to an array's axes one after another; those left out are taken whole. Fills
/// the shape and strides of the part and returns how many elements its first one lies away.
/// @throws index_error, and argument_error for a slice with step 0.
index_t apply_subscripts(const subscript* subscripts, std::size_t count, const index_t* shape,
                         const index_t* strides, std::size_t ndim, index_t* part_shape,
                         index_t* part_strides);

} // namespace tessera::detail
