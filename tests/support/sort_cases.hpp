// Keys that make sorting hard, over ranks in any distribution, and NumPy's order of them.
#pragma once

#include "cases.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

namespace tessera_test {

enum class key_kind { any, few, equal, ascending, descending, extreme };
inline constexpr key_kind all_key_kinds[] = {key_kind::any,        key_kind::few,
                                             key_kind::equal,      key_kind::ascending,
                                             key_kind::descending, key_kind::extreme};

inline std::string name_of(key_kind kind) {
  return std::string(" of kind ") + std::to_string(static_cast<int>(kind));
}

/// Does NumPy's sort put a before b?
template <class T> bool comes_first(const T& a, const T& b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(a)) return false;
    if (std::isnan(b)) return true;
  }
  return a < b;
}

/// NaN of both signs, infinities, zeros of both signs; the ends of integers.
template <class T> T extreme_key(random_source& random) {
  using limits = std::numeric_limits<T>;
  if constexpr (std::is_floating_point_v<T>) {
    const T choices[] = {limits::quiet_NaN(),
                         -limits::quiet_NaN(),
                         limits::infinity(),
                         -limits::infinity(),
                         T{0},
                         -T{0},
                         limits::denorm_min(),
                         limits::max(),
                         limits::lowest()};
    return any_of(random, std::vector<T>(std::begin(choices), std::end(choices)));
  } else {
    return any_of(random, std::vector<T>{limits::min(), limits::max(), T{0}, T{1}});
  }
}

template <class T> T random_key(random_source& random, index_t i, index_t n, key_kind kind) {
  switch (kind) {
  case key_kind::few: return static_cast<T>(random.between(0, 3));
  case key_kind::equal: return T{7};
  case key_kind::ascending: return static_cast<T>(i);
  case key_kind::descending: return static_cast<T>(n - i);
  case key_kind::extreme: return extreme_key<T>(random);
  default:
    if constexpr (std::is_floating_point_v<T>)
      return random.one_in(20) ? extreme_key<T>(random)
                               : static_cast<T>(random.between(-100000, 100000)) / T{7};
    else
      return static_cast<T>(
          random.between(std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
  }
}

/// A global array of such keys, distributed in any way, perhaps over some of the ranks.
template <class T> global_array<T, 1> random_keys(random_source& random, index_t n, key_kind kind) {
  const process_grid<1> grid = random_grid<1>(random, world());
  global_array<T, 1> u(grid, distribution_of_any_kind<1>(random, {n}, grid.dims()));
  ndarray<T, 1> keys(shape_t<1>{n});
  for (index_t i = 0; i < n; ++i) keys.data()[i] = random_key<T>(random, i, n, kind);
  u.fill([&](index_t i) noexcept { return keys.data()[i]; });
  return u;
}

template <class T>
index_t count_different(const ndarray<T, 1>& found, const ndarray<T, 1>& expected) {
  if (found.size() != expected.size()) return -1;
  index_t result = 0;
  for (index_t i = 0; i < found.size(); ++i)
    result += same_bits(found.data()[i], expected.data()[i]) ? 0 : 1;
  return result;
}

template <class T, std::size_t N>
void expect_same_bits(const global_array<T, N>& found, const ndarray<T, N>& expected) {
  const auto whole = found.gather_all();
  ASSERT_EQ(whole.shape(), expected.shape());
  index_t wrong = 0;
  for (index_t i = 0; i < whole.size(); ++i)
    wrong += same_bits(whole.data()[i], expected.data()[i]) ? 0 : 1;
  EXPECT_EQ(wrong, 0) << describe(found.distribution());
}

/// Do the sizes of the ranks' parts differ by one at most?
template <class T> bool is_balanced(const global_array<T, 1>& u) {
  const int ranks = u.grid().size();
  const index_t least = u.size() / ranks;
  const index_t mine = u.local_shape()[0];
  const bool here = !u.grid().contains(u.comm().rank()) || mine == least || mine == least + 1;
  return allreduce_min(u.comm(), here ? 1 : 0) == 1;
}

} // namespace tessera_test
