// Random layouts for property tests, from a seed that is printed when a test fails.
#pragma once

#include <tessera/core/shape.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

/// Random numbers from a fixed seed, or from $TESSERA_TEST_SEED.
///
///     random_source random;
///     SCOPED_TRACE(random.trace());
class random_source {
public:
  random_source() : seed_(chosen_seed()), engine_(seed_) {}

  [[nodiscard]] std::string trace() const { return "TESSERA_TEST_SEED=" + std::to_string(seed_); }

  /// An integer from low to high, both included.
  tessera::index_t between(tessera::index_t low, tessera::index_t high) {
    return std::uniform_int_distribution<tessera::index_t>(low, high)(engine_);
  }
  bool one_in(tessera::index_t n) { return between(1, n) == 1; }
  std::mt19937_64& engine() { return engine_; }

private:
  static unsigned long chosen_seed() {
    const char* const text = std::getenv("TESSERA_TEST_SEED");
    return text != nullptr ? std::strtoul(text, nullptr, 10) : 20240607UL;
  }

  unsigned long seed_;
  std::mt19937_64 engine_;
};

inline std::vector<tessera::index_t> random_shape(random_source& random, std::size_t ndim,
                                                  tessera::index_t most) {
  std::vector<tessera::index_t> shape(ndim);
  for (auto& n : shape) n = random.one_in(25) ? 0 : random.between(1, most);
  return shape;
}

/// Elements at distinct places of a piece of memory: axes in any order, with gaps, some backward.
struct random_layout {
  std::vector<tessera::index_t> strides;
  tessera::index_t offset = 0; // of the first element
  tessera::index_t extent = 1; // elements of memory that it needs

  random_layout(random_source& random, const std::vector<tessera::index_t>& shape)
      : strides(shape.size()) {
    std::vector<std::size_t> axes(shape.size());
    for (std::size_t d = 0; d < axes.size(); ++d) axes[d] = d;
    std::shuffle(axes.begin(), axes.end(), random.engine());
    for (const std::size_t d : axes) {
      const tessera::index_t n = shape[d] > 0 ? shape[d] : 1;
      strides[d] = extent * (random.one_in(3) ? random.between(2, 3) : 1);
      if (random.one_in(4))
        extent = strides[d] * n + random.between(0, 2);
      else
        extent = strides[d] * n;
      if (!random.one_in(3)) continue;
      offset += strides[d] * (n - 1);
      strides[d] = -strides[d];
    }
  }

  /// Makes the same element stand at all places along some axes: for operands that are only read.
  void broadcast_some(random_source& random, const std::vector<tessera::index_t>& shape) {
    for (std::size_t d = 0; d < strides.size(); ++d) {
      if (!random.one_in(4)) continue;
      if (strides[d] < 0) offset += strides[d] * (shape[d] - 1);
      strides[d] = 0;
    }
  }
};

/// Calls f with the position of each element of `shape`, the last axis fastest.
template <class F> void for_each_position(const std::vector<tessera::index_t>& shape, F&& f) {
  std::vector<tessera::index_t> at(shape.size(), 0);
  for (const auto n : shape)
    if (n == 0) return;
  for (;;) {
    f(at);
    std::size_t d = shape.size();
    while (d > 0 && ++at[d - 1] == shape[d - 1]) at[--d] = 0;
    if (d == 0) return;
  }
}

/// Distance of an element from the first one, in elements.
inline tessera::index_t distance(const std::vector<tessera::index_t>& at,
                                 const std::vector<tessera::index_t>& strides) {
  tessera::index_t sum = 0;
  for (std::size_t d = 0; d < at.size(); ++d) sum += at[d] * strides[d];
  return sum;
}
