// Fields in global arrays and in serial ones, and a stage of kernels on the serial ones.
#pragma once

#include "serial_field.hpp"

#include <functional>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace tessera_test {

/// Around a cell: from -lower to upper along the first axis, the other way round along the last.
template <std::size_t N, int Lower, int Upper> struct around {
  static constexpr std::size_t last = N - 1;
  static constexpr index_t lower(std::size_t d) { return d == 0 ? Lower : d == last ? Upper : 0; }
  static constexpr index_t upper(std::size_t d) { return d == 0 ? Upper : d == last ? Lower : 0; }

  /// The point at an offset along two axes.
  template <class Point> static auto at(const Point& c, index_t first, index_t along_last) {
    return [&]<std::size_t... D>(std::index_sequence<D...>) {
      return c((D == 0 && N > 1 ? first
                : D == last     ? along_last + (N == 1 ? first : 0)
                                : index_t{0})...);
    }
    (std::make_index_sequence<N>());
  }
  template <class Point> static double value(const Point& c, double factor) {
    double sum = factor * at(c, 0, 0) + 0.25 * at(c, -Lower, 0) - 0.125 * at(c, Upper, 0);
    if (N > 1)
      sum += 0.25 * at(c, 0, -Upper) + 0.125 * at(c, 0, Lower) + 0.0625 * at(c, -Lower, Lower);
    return sum;
  }
};

/// A field in a global array, and in a serial one.
template <class T, std::size_t N> struct twin_field {
  global_array<T, N> array;
  reference<T, N> serial;
  shape_t<N> shape;
  conditions<N> at_ends;

  twin_field(const process_grid<N>& grid, const distribution<N>& blocks, const halo<N>& width,
             const conditions<N>& ends, index_t seed)
      : array(grid, blocks, width), serial(array.shape(), halo<N>(6)), shape(array.shape()),
        at_ends(ends) {
    // Some mirror cells that thin blocks do not have.
    try {
      set_conditions(array, at_ends);
    } catch (const argument_error&) {
      for (kind* const side : {at_ends.lower.data(), at_ends.upper.data()})
        for (std::size_t d = 0; d < N; ++d)
          if (side[d] != kind::none && side[d] != kind::periodic) side[d] = kind::function;
      set_conditions(array, at_ends);
    }
    array.set_time(time_of_test);
    const auto value = [seed, this](const shape_t<N>& at) {
      return static_cast<T>((flat_index(at, shape) * 7919 + seed * 31) % 1009) / T{64};
    };
    array.fill([&](auto... i) { return value({static_cast<index_t>(i)...}); });
    for_each_index(shape, [&](const shape_t<N>& at) { serial(at) = value(at); });
  }
};

/// What a serial kernel is told of its cell.
template <std::size_t N> struct serial_cell {
  shape_t<N> at;
  index_t steps;
  double now;
  index_t operator()(std::size_t d) const { return at[d]; }
  [[nodiscard]] index_t step() const { return steps; }
  [[nodiscard]] double time() const { return now; }
};

/// What a stage is limited to.
template <std::size_t N> struct limits {
  shape_t<N> lower{};
  shape_t<N> upper{};
  bool are_set = false;
  double delay = 0;
  std::optional<index_t> colour;
  bool are_chosen = false; // by `is_chosen`
};

template <std::size_t N> bool is_chosen(const shape_t<N>& at) {
  return (3 * at[0] + at[N - 1]) % 4 != 1;
}

inline constexpr double time_step = 0.125;

/// The serial run of a stage: `compute(point..., cell)` gives the new values of one cell.
template <std::size_t N, class To, class From, class Compute>
void run_serially(const limits<N>& limit, index_t step, const To& to, const From& from,
                  const std::vector<std::pair<shape_t<N>, shape_t<N>>>& reach,
                  const Compute& compute) {
  const double time = time_of_test + (static_cast<double>(step) + limit.delay) * time_step;
  std::apply([&](auto&... f) { (f.serial.fill(f.at_ends, time), ...); }, from);
  const shape_t<N> shape = std::get<0>(to).shape;
  const auto is_computed = [&](const shape_t<N>& at) {
    bool is = true;
    std::size_t k = 0;
    const auto check = [&](const auto& f) {
      for (std::size_t d = 0; d < N; ++d) {
        is = is && !(f.at_ends.lower[d] == kind::none && at[d] < reach[k].first[d]);
        is = is && !(f.at_ends.upper[d] == kind::none && at[d] >= f.shape[d] - reach[k].second[d]);
      }
      ++k;
    };
    std::apply([&](auto&... f) { (check(f), ...); }, from);
    const auto fits = [&](const auto& f) {
      for (std::size_t d = 0; d < N; ++d) is = is && at[d] < f.shape[d];
    };
    std::apply([&](auto&... f) { (fits(f), ...); }, to);
    index_t sum = 0;
    for (std::size_t d = 0; d < N; ++d) {
      is = is && (!limit.are_set || (at[d] >= limit.lower[d] && at[d] < limit.upper[d]));
      sum += at[d];
    }
    return is && (!limit.colour || sum % 2 == *limit.colour) &&
           (!limit.are_chosen || is_chosen<N>(at));
  };
  std::vector<std::function<void()>> changes;
  for_each_index(shape, [&](const shape_t<N>& at) {
    if (!is_computed(at)) return;
    const auto values = compute(serial_cell<N>{at, step, time}, at);
    changes.push_back([&to, values, at] {
      [&]<std::size_t... O>(std::index_sequence<O...>) {
        ((std::get<O>(to).serial(at) = std::get<O>(values)), ...);
      }
      (std::make_index_sequence<std::tuple_size_v<decltype(values)>>());
    });
  });
  for (const auto& change : changes) change();
}

} // namespace tessera_test
