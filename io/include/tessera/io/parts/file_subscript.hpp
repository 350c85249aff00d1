/// @file
/// Subscripts of datasets in files.
#pragma once

#include <tessera/core/views/subscript.hpp>

namespace tessera::detail {

/// What may stand between the brackets of a dataset: there is no new axis in a file.
template <class S>
inline constexpr bool is_file_subscript = is_subscript<S> && !std::is_same_v<S, newaxis_t>;

/// One subscript of any kind.
struct file_subscript {
  template <class Integer>
  requires is_integer<Integer> file_subscript(Integer i) // NOLINT: converts on purpose
      : part(static_cast<index_t>(i), none), index(static_cast<index_t>(i)), is_index(true) {}
  file_subscript(const slice& s) : part(s) {} // NOLINT: converts on purpose
  file_subscript(all_t) : part(none, none) {} // NOLINT: converts on purpose

  slice part;
  index_t index = 0;
  bool is_index = false;
};

} // namespace tessera::detail
