/// @file
/// Global arrays whose elements are numbered.
#pragma once

#include "cases.hpp"

namespace tessera_test {

inline global_array<double, 2> numbered(const shape_t<2>& shape = {7, 9},
                                        const halo<2>& width = {}) {
  global_array<double, 2> u(process_grid<2>(world()), shape, width);
  fill_numbered(u);
  return u;
}

/// Elements of `u` that differ from f(number of the element).
template <class T, std::size_t N, class F>
index_t differing(const global_array<T, N>& u, const F& f) {
  const ndarray<T, N> whole = u.gather_all();
  index_t count = 0;
  for (index_t i = 0; i < whole.size(); ++i)
    count += whole.data()[i] == f(static_cast<double>(i + 1)) ? 0 : 1;
  return count;
}

/// The same elements along the first axis, cut in another way than `numbered()`.
inline global_array<double, 2> cut_otherwise() {
  std::vector<index_t> rows(static_cast<std::size_t>(world().size()) + 1, 7);
  rows.front() = 0;
  return {process_grid<2>(world(), {0, 1}), distribution<2>::explicit_boundaries({{rows, {0, 9}}})};
}

} // namespace tessera_test
