// The same field in arrays for many steps at once, and in others for steps one by one.
#pragma once

#include "cases.hpp"

#include <tessera/distributed/stencils/iterate.hpp>

namespace tessera_test {

inline const auto five_points = [](const auto& c) {
  return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
};

/// Values without a pattern, small enough for every kernel here.
template <class T, std::size_t N> void fill_mixed(global_array<T, N>& u, index_t seed) {
  u.fill([shape = u.shape(), seed](auto... i) {
    const index_t flat = flat_index<N>({static_cast<index_t>(i)...}, shape);
    const index_t mixed = ((flat + seed) * 7919 + seed) % 10007;
    return std::is_integral_v<T> ? static_cast<T>(mixed % 10)
                                 : static_cast<T>(static_cast<double>(mixed) / 7.0);
  });
}

/// Own elements that differ in some bit.
template <class T, std::size_t N>
index_t differing(const global_array<T, N>& a, const global_array<T, N>& b) {
  const view<const T, N> x = a.owned();
  const view<const T, N> y = b.owned();
  index_t found = 0;
  for_each_index(x.shape(), [&](const shape_t<N>& at) {
    index_t i = 0;
    index_t j = 0;
    for (std::size_t d = 0; d < N; ++d) {
      i += at[d] * x.strides()[d];
      j += at[d] * y.strides()[d];
    }
    found += same_bits(x.data()[i], y.data()[j]) ? 0 : 1;
  });
  return found;
}

/// The same field twice: in arrays with deep halos, and in others to step one by one.
template <class T, std::size_t N> struct twin_fields {
  global_array<T, N> u, v; // for iterate; v starts with something else
  global_array<T, N> x, y; // for apply, whose halos are as wide as the radius

  twin_fields(const process_grid<N>& grid, const distribution<N>& blocks, const halo<N>& deep,
              index_t radius)
      : u(grid, blocks, deep), v(grid, blocks, deep) {
    halo<N> thin(radius);
    thin.periodic = deep.periodic;
    x = global_array<T, N>(grid, blocks, thin);
    fill_mixed(u, 1);
    fill_mixed(v, 2);
    fill_mixed(x, 1);
    y = x;
  }
  twin_fields(const process_grid<N>& grid, const shape_t<N>& shape, const halo<N>& deep)
      : twin_fields(grid, distribution<N>(shape, grid), deep, 1) {}

  template <class Kernel> void apply_steps(index_t steps, const Kernel& kernel) {
    for (index_t s = 0; s < steps; ++s) {
      apply(y, x, kernel);
      std::swap(x, y);
    }
  }
};

inline process_grid<2> rows_grid(const communicator& comm) {
  return process_grid<2>(comm, {comm.size(), 1});
}

} // namespace tessera_test
