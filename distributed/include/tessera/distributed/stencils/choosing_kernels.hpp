/// @file
/// Kernels on some of the cells: what they give elsewhere counts for nothing.
#pragma once

#include <tessera/distributed/stencils/cell_totals.hpp>
#include <tessera/distributed/stencils/stencil_cell.hpp>
#include <tessera/distributed/stencils/stencil_rows.hpp>

#include <limits>
#include <tuple>
#include <utility>

namespace tessera::detail {

/// One of two values, in registers: kernels that choose so are vectorised.
template <class T> T one_of(bool is_first, const T& first, const T& second) {
  return is_first ? first : second;
}

/// What changes nothing where it is reduced by Op.
template <class Op, class T> constexpr T neutral_term() {
  using limits = std::numeric_limits<T>;
  if constexpr (!is_extremum_operation<Op>)
    return T{};
  else if constexpr (limits::has_infinity)
    return std::is_same_v<Op, op::max_t> ? -limits::infinity() : limits::infinity();
  else
    return std::is_same_v<Op, op::max_t> ? limits::lowest() : (limits::max)();
}

/// A kernel on the cells that a mask chooses: behind the points of the kernel, it gets those of the
/// mask and of what the cells hold, which they keep elsewhere. With extrema, whether the cell is
/// chosen is a term more.
template <std::size_t N, class Kernel, class From, class To, class... Op> class masked_kernel;
template <std::size_t N, class Kernel, class... From, class... To, class... Op>
class masked_kernel<N, Kernel, types<From...>, types<To...>, Op...> {
  static constexpr std::size_t inputs = sizeof...(From);
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr bool has_cell = takes_cell<N, Kernel, From...>();

public:
  static constexpr bool counts_cells = (is_extremum_operation<Op> || ...);

  explicit masked_kernel(Kernel kernel) : kernel_(std::move(kernel)) {}

  template <class... Point>
  requires(!has_cell && sizeof...(Point) == inputs + 1 + outputs) auto
  operator()(const Point&... point) const {
    return chosen(std::tie(), std::tie(point...), std::make_index_sequence<inputs>());
  }
  template <class... Point>
  requires(sizeof...(Point) == inputs + 1 + outputs) auto operator()(const stencil_cell<N>& here,
                                                                     const Point&... point) const {
    return chosen(std::tie(here), std::tie(point...), std::make_index_sequence<inputs>());
  }

private:
  template <class Here, class Points, std::size_t... I>
  auto chosen(const Here& here, const Points& points, std::index_sequence<I...>) const {
    const bool is_chosen = center_of(std::get<inputs>(points));
    const auto values = std::apply(
        [&](const auto&... cell_if_any) { return kernel_(cell_if_any..., std::get<I>(points)...); },
        here);
    return select(is_chosen, values, points, std::index_sequence_for<To...>(),
                  std::index_sequence_for<Op...>());
  }
  template <class Values, class Points, std::size_t... O, std::size_t... R>
  auto select(bool is_chosen, const Values& values, const Points& points, std::index_sequence<O...>,
              std::index_sequence<R...>) const {
    const auto all = std::make_tuple(one_of(is_chosen, kept<To>(value_at<O>(values)),
                                            center_of(std::get<inputs + 1 + O>(points)))...,
                                     term<Op>(is_chosen, value_at<outputs + R>(values))...);
    if constexpr (counts_cells)
      return std::tuple_cat(all, std::make_tuple(is_chosen));
    else if constexpr (outputs + sizeof...(Op) == 1)
      return std::get<0>(all);
    else
      return all;
  }
  template <class O, class T> static T term(bool is_chosen, const T& value) {
    return is_chosen ? value : neutral_term<O, T>();
  }

  Kernel kernel_;
};

/// A kernel on the cells of one colour: behind the points of the kernel, it gets those of what the
/// cells hold, which they keep elsewhere.
template <std::size_t N, class Kernel, class From, class To> class coloured_kernel;

template <std::size_t N, class Kernel, class... From, class... To>
class coloured_kernel<N, Kernel, types<From...>, types<To...>> {
  static constexpr std::size_t inputs = sizeof...(From);

public:
  coloured_kernel(Kernel kernel, index_t colour) : kernel_(std::move(kernel)), colour_(colour) {}

  template <class... Point>
  requires(sizeof...(Point) == inputs + sizeof...(To)) auto
  operator()(const stencil_cell<N>& here, const Point&... point) const {
    index_t sum = 0;
    for (std::size_t d = 0; d < N; ++d) sum += here(d);
    return chosen((sum & 1) == colour_, here, std::tie(point...),
                  std::make_index_sequence<inputs>(), std::index_sequence_for<To...>());
  }

private:
  template <class Points, std::size_t... I, std::size_t... O>
  auto chosen(bool is_own, const stencil_cell<N>& here, const Points& points,
              std::index_sequence<I...>, std::index_sequence<O...>) const {
    const auto values = call(here, std::get<I>(points)...);
    const std::tuple<To...> all(
        one_of(is_own, kept<To>(value_at<O>(values)), center_of(std::get<inputs + O>(points)))...);
    if constexpr (sizeof...(To) == 1)
      return std::get<0>(all);
    else
      return all;
  }
  template <class... Point> auto call(const stencil_cell<N>& here, const Point&... point) const {
    if constexpr (takes_cell<N, Kernel, From...>())
      return kernel_(here, point...);
    else
      return kernel_(point...);
  }

  Kernel kernel_;
  index_t colour_;
};

} // namespace tessera::detail
