// A serial array with cells around it, and the boundary conditions that fill them: what the
// library's are compared with.
#pragma once

#include "cases.hpp"

#include <tessera/distributed/global_array.hpp>

#include <array>
#include <cmath>
#include <vector>

namespace tessera_test {

enum class kind { none, periodic, fixed, reflecting, antireflecting, extrapolated, function };

template <std::size_t N> struct conditions {
  std::array<kind, N> lower{};
  std::array<kind, N> upper{};
};

template <std::size_t N> conditions<N> random_conditions(random_source& random) {
  conditions<N> result;
  for (std::size_t d = 0; d < N; ++d) {
    const bool periodic = random.one_in(5);
    const auto draw = [&] {
      constexpr kind others[] = {kind::none,           kind::fixed,        kind::reflecting,
                                 kind::antireflecting, kind::extrapolated, kind::function};
      return periodic ? kind::periodic : others[random.between(0, 5)];
    };
    result.lower[d] = draw();
    result.upper[d] = draw();
  }
  return result;
}

constexpr double fixed_value = 3.0;
constexpr double time_of_test = 7.0;

inline double function_value(const index_t* index, std::size_t ndim, double time) {
  double value = time;
  for (std::size_t d = 0; d < ndim; ++d) value = 5.0 * value + static_cast<double>(index[d]);
  return value - 40.0 * std::floor(value / 40.0);
}

/// The whole array with the cells around it, on every rank.
template <class T, std::size_t N> class reference {
public:
  reference(const shape_t<N>& shape, const halo<N>& width) : shape_(shape), width_(width) {
    for (std::size_t d = 0; d < N; ++d) extent_[d] = shape[d] + width.lower[d] + width.upper[d];
    cells_.resize(static_cast<std::size_t>(size_of(extent_)));
  }

  /// The cell with a global index.
  T& operator()(shape_t<N> at) {
    for (std::size_t d = 0; d < N; ++d) at[d] += width_.lower[d];
    return cells_[static_cast<std::size_t>(flat_index(at, extent_))];
  }

  /// Calls f with the index of every cell.
  template <class F> void for_each_cell(F&& f) const {
    for_each_index(extent_, [&](shape_t<N> at) {
      for (std::size_t d = 0; d < N; ++d) at[d] -= width_.lower[d];
      f(at);
    });
  }

  void fill(const conditions<N>& at_ends, double time) {
    if (size_of(shape_) == 0) return;
    for (std::size_t d = 0; d < N; ++d)
      for_each_cell([&](const shape_t<N>& at) {
        if (at[d] < 0) fill_cell(at, d, at_ends.lower[d], true, time, at_ends);
        if (at[d] >= shape_[d]) fill_cell(at, d, at_ends.upper[d], false, time, at_ends);
      });
  }

private:
  void fill_cell(const shape_t<N>& at, std::size_t d, kind k, bool lower, double time,
                 const conditions<N>& at_ends) {
    const index_t n = shape_[d];
    const auto along = [&](index_t i) {
      shape_t<N> place = at;
      place[d] = i;
      return (*this)(place);
    };
    const index_t beyond = lower ? -1 - at[d] : at[d] - n; // cells between this one and the end
    const auto inside = [&](index_t i) { return along(lower ? i : n - 1 - i); };
    const index_t fold = beyond % (2 * n);
    const T mirrored = inside(fold < n ? fold : 2 * n - 1 - fold);
    switch (k) {
    case kind::none: return;
    case kind::periodic: (*this)(at) = along((at[d] % n + n) % n); return;
    case kind::fixed: (*this)(at) = static_cast<T>(fixed_value); return;
    case kind::reflecting: (*this)(at) = mirrored; return;
    case kind::antireflecting:
      (*this)(at) = fold < n ? static_cast<T>(-mirrored) : mirrored;
      return;
    case kind::extrapolated: {
      const T last = inside(0);
      const T next = inside(n > 1 ? 1 : 0);
      (*this)(at) = static_cast<T>(last + static_cast<T>(beyond + 1) * (last - next));
      return;
    }
    case kind::function: {
      shape_t<N> index = at;
      for (std::size_t e = 0; e < N; ++e)
        if (at_ends.lower[e] == kind::periodic)
          index[e] = (index[e] % shape_[e] + shape_[e]) % shape_[e];
      (*this)(at) = static_cast<T>(function_value(index.data(), N, time));
    }
    }
  }

  shape_t<N> shape_;
  halo<N> width_;
  shape_t<N> extent_{};
  std::vector<T> cells_;
};

/// What a stencil kernel is given by a serial loop.
template <class T, std::size_t N> struct reference_point {
  reference<T, N>& u;
  shape_t<N> at;

  template <class... Offset> T operator()(Offset... offset) const {
    shape_t<N> place{static_cast<index_t>(offset)...};
    for (std::size_t d = 0; d < N; ++d) place[d] += at[d];
    return u(place);
  }
};

template <class T, std::size_t N> auto function_of_test() {
  return [](auto... args) {
    const double given[] = {static_cast<double>(args)...};
    index_t index[N];
    for (std::size_t d = 0; d < N; ++d) index[d] = static_cast<index_t>(given[d]);
    return static_cast<T>(function_value(index, N, given[N]));
  };
}

/// Calls f with the library's word for a condition.
template <class T, std::size_t N, class F> void with_condition(kind k, F&& f) {
  switch (k) {
  case kind::none: return f(boundary::none);
  case kind::periodic: return f(boundary::periodic);
  case kind::fixed: return f(boundary::fixed(static_cast<int>(fixed_value)));
  case kind::reflecting: return f(boundary::reflecting);
  case kind::antireflecting: return f(boundary::antireflecting);
  case kind::extrapolated: return f(boundary::extrapolated);
  case kind::function: return f(function_of_test<T, N>());
  }
}

template <class T, std::size_t N>
void set_conditions(global_array<T, N>& u, const conditions<N>& at_ends) {
  for (std::size_t d = 0; d < N; ++d)
    with_condition<T, N>(at_ends.lower[d], [&](const auto& lower) {
      with_condition<T, N>(at_ends.upper[d],
                           [&](const auto& upper) { u.set_boundary(axis(d), lower, upper); });
    });
}

} // namespace tessera_test
