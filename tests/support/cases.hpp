// Random grids, distributions and elements for property tests. All ranks draw the same.
#pragma once

#include "random_source.hpp"
#include "world.hpp"

#include <tessera/core/elements/operators.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/global_array.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace tessera_test {

using namespace tessera;

/// All dims of `ndim` axes whose product is `ranks`.
inline std::vector<std::vector<int>> all_dims(int ranks, std::size_t ndim) {
  if (ndim == 1) return {{ranks}};
  std::vector<std::vector<int>> result;
  for (int first = 1; first <= ranks; ++first) {
    if (ranks % first != 0) continue;
    for (std::vector<int> rest : all_dims(ranks / first, ndim - 1)) {
      rest.insert(rest.begin(), first);
      result.push_back(rest);
    }
  }
  return result;
}

/// All process grids of a communicator's ranks. Collective.
template <std::size_t N> std::vector<process_grid<N>> all_grids(const communicator& comm) {
  std::vector<process_grid<N>> result;
  for (const std::vector<int>& dims : all_dims(comm.size(), N)) {
    grid_dims<N> fixed{};
    std::copy(dims.begin(), dims.end(), fixed.begin());
    result.emplace_back(comm, fixed);
  }
  return result;
}

template <class Choices> const auto& any_of(random_source& random, const Choices& choices) {
  return choices[static_cast<std::size_t>(
      random.between(0, static_cast<index_t>(choices.size()) - 1))];
}

/// Equal blocks, or boundaries anywhere, of which some are the same: parts without elements.
inline axis_distribution random_axis(random_source& random, index_t size, int parts) {
  if (random.one_in(2)) return {size, parts};
  std::vector<index_t> boundaries{0, size};
  for (int k = 1; k < parts; ++k)
    boundaries.push_back(random.one_in(4) ? boundaries.back() : random.between(0, size));
  std::sort(boundaries.begin(), boundaries.end());
  return axis_distribution(boundaries);
}

template <std::size_t N>
distribution<N> random_distribution(random_source& random, const shape_t<N>& shape,
                                    const grid_dims<N>& dims) {
  std::array<axis_distribution, N> axes;
  for (std::size_t d = 0; d < N; ++d) axes[d] = random_axis(random, shape[d], dims[d]);
  return distribution<N>(axes);
}

/// The same, or runs dealt out in turn.
inline axis_distribution random_axis_of_any_kind(random_source& random, index_t size, int parts) {
  if (random.one_in(2)) return axis_distribution::cyclic(size, parts, random.between(1, 4));
  return random_axis(random, size, parts);
}

template <std::size_t N>
distribution<N> distribution_of_any_kind(random_source& random, const shape_t<N>& shape,
                                         const grid_dims<N>& dims) {
  std::array<axis_distribution, N> axes;
  for (std::size_t d = 0; d < N; ++d) axes[d] = random_axis_of_any_kind(random, shape[d], dims[d]);
  return distribution<N>(axes);
}

/// A grid of all ranks, or of the first few. Collective.
template <std::size_t N>
process_grid<N> random_grid(random_source& random, const communicator& comm) {
  const int ranks =
      random.one_in(2) ? comm.size() : static_cast<int>(random.between(1, comm.size()));
  const std::vector<int> dims = any_of(random, all_dims(ranks, N));
  grid_dims<N> fixed{};
  std::copy(dims.begin(), dims.end(), fixed.begin());
  return process_grid<N>::on_first_ranks(comm, fixed);
}

template <std::size_t N> shape_t<N> random_shape_of(random_source& random, index_t most) {
  shape_t<N> shape{};
  for (index_t& n : shape) n = random.one_in(25) ? 0 : random.between(1, most);
  return shape;
}

/// Widths from 0 to `most` on each side, each axis periodic or not.
template <std::size_t N> halo<N> random_halo(random_source& random, index_t most) {
  halo<N> width;
  for (std::size_t d = 0; d < N; ++d) {
    width.lower[d] = random.between(0, most);
    width.upper[d] = random.between(0, most);
    width.periodic[d] = random.one_in(2);
  }
  return width;
}

/// What a case was, for the message of a failure.
template <std::size_t N> std::string describe(const distribution<N>& d, const halo<N>& width = {}) {
  std::string text = to_string(d);
  for (std::size_t axis = 0; axis < N; ++axis) {
    text += "; axis " + std::to_string(axis) + ": boundaries";
    for (int k = 0; k < (d.axis(axis).is_cyclic() ? 0 : d.axis(axis).parts()); ++k)
      text += " " + std::to_string(d.axis(axis).block(k).upper);
    text += ", halo " + std::to_string(width.lower[axis]) + " " + std::to_string(width.upper[axis]);
    text += width.periodic[axis] ? " periodic" : "";
  }
  return text;
}

/// Number of an element in row-major order.
template <std::size_t N> index_t flat_index(const shape_t<N>& index, const shape_t<N>& shape) {
  index_t flat = 0;
  for (std::size_t d = 0; d < N; ++d) flat = flat * shape[d] + index[d];
  return flat;
}

/// Calls f with every index of a shape, the last axis fastest.
template <std::size_t N, class F> void for_each_index(const shape_t<N>& shape, F&& f) {
  if (size_of(shape) == 0) return;
  shape_t<N> at{};
  while (true) {
    f(at);
    std::size_t d = N;
    while (d > 0 && ++at[d - 1] == shape[d - 1]) at[--d] = 0;
    if (d == 0) return;
  }
}

/// Elements of 16 and 24 bytes, without padding.
struct two_words {
  std::int64_t a;
  double b;
};
struct three_words {
  double a;
  std::int64_t b;
  float c;
  std::int32_t d;
};

/// The value that element number i has in these tests; different for different i (of the first 255
/// for bytes).
template <class T> T element_of(index_t i) {
  if constexpr (std::is_same_v<T, two_words>)
    return {i + 1, static_cast<double>(-i)};
  else if constexpr (std::is_same_v<T, three_words>)
    return {static_cast<double>(i), i + 1, static_cast<float>(i), static_cast<std::int32_t>(-i)};
  else
    return static_cast<T>(i + 1);
}

template <class T> bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T, std::size_t N> void fill_numbered(global_array<T, N>& u) {
  u.fill([shape = u.shape()](auto... i) {
    return element_of<T>(flat_index<N>({static_cast<index_t>(i)...}, shape));
  });
}

/// Bytes of no element, everywhere in the block and its halo.
template <class T, std::size_t N> void spoil(global_array<T, N>& u) {
  const auto bytes = static_cast<std::size_t>(u.padded().size()) * sizeof(T);
  if (bytes > 0) std::memset(static_cast<void*>(u.data()), 0xee, bytes);
}

/// How many own elements do not have the value of fill_numbered.
template <class T, std::size_t N> index_t wrong_elements(const global_array<T, N>& u) {
  index_t wrong = 0;
  const view<const T, N> mine = u.owned();
  for_each_index(mine.shape(), [&](const shape_t<N>& at) {
    const index_t flat = flat_index(u.distribution().to_global(u.comm().rank(), at), u.shape());
    index_t offset = 0;
    for (std::size_t d = 0; d < N; ++d) offset += at[d] * mine.strides()[d];
    wrong += same_bits(mine.data()[offset], element_of<T>(flat)) ? 0 : 1;
  });
  return wrong;
}

/// The same of a whole local array.
template <class T, std::size_t N> index_t wrong_elements(const ndarray<T, N>& whole) {
  index_t wrong = 0;
  for (index_t i = 0; i < whole.size(); ++i)
    wrong += same_bits(whole.data()[i], element_of<T>(i)) ? 0 : 1;
  return wrong;
}

} // namespace tessera_test
