/// @file
/// Stencils on lists of arrays, whose number is known when the program runs.
#pragma once

#include <tessera/distributed/stencils/stencil_reductions.hpp>

#include <array>
#include <tuple>
#include <utility>

namespace tessera {

/// The points of a list of arrays, as a kernel sees them: `u[k](0, 0)` is the cell of array k,
/// `u[k](-1, 0)` the one before it. Their number is a constant in the kernel, so that loops over
/// them are unrolled. A value; all members are local.
template <class T, std::size_t N, std::size_t Count> class stencil_points {
public:
  /// Of these points.
  template <class... Point> explicit stencil_points(const Point&... point) : points_{point...} {}

  /// How many arrays there are.
  [[nodiscard]] static constexpr std::size_t size() { return Count; }
  /// The point of array k, 0 <= k < size().
  [[nodiscard]] const stencil_point<T, N>& operator[](std::size_t k) const { return points_[k]; }
  /// The values of the cell, to begin with.
  [[nodiscard]] std::array<T, Count> cells() const {
    return [this]<std::size_t... K>(std::index_sequence<K...>) {
      return std::array<T, Count>{detail::center_of(points_[K])...};
    }
    (std::make_index_sequence<Count>());
  }

private:
  stencil_point<T, N> points_[Count];
};

namespace detail {

/// The most arrays of a list whose number is known at run time: a kernel is compiled for each
/// number.
inline constexpr std::size_t most_listed = 8;
[[noreturn]] void throw_list_of(std::size_t arrays);
[[noreturn]] void throw_lists_differ(std::size_t to, std::size_t from);

template <class A> inline constexpr bool is_whole_array = false;
template <class T, std::size_t N> inline constexpr bool is_whole_array<global_array<T, N>> = true;
/// Global arrays one after another: a std::vector, std::array or std::span of them.
template <class L>
concept array_list = is_whole_array<std::remove_reference_t<decltype(*std::declval<L&>().data())>>;
template <class L>
using listed_array = std::remove_reference_t<decltype(*std::declval<L&>().data())>;

/// How many arrays a list has; 0 where that is known at run time alone. A span says it by `extent`,
/// of which <span> is not needed here: it takes long to compile.
template <class L> constexpr std::size_t fixed_count() {
  if constexpr (requires { std::tuple_size<L>::value; })
    return std::tuple_size<L>::value;
  else if constexpr (requires { L::extent; })
    return L::extent == static_cast<std::size_t>(-1) ? 0 : L::extent;
  else
    return 0;
}

template <std::size_t Count, class L> auto tied_list(L& list) {
  return [&]<std::size_t... K>(std::index_sequence<K...>) { return std::tie(list.data()[K]...); }
  (std::make_index_sequence<Count>());
}

/// A kernel of the points of a list, as one of so many points. `OfList`: its values are those of a
/// list, also where that is of one array.
template <class Kernel, class T, std::size_t N, std::size_t Count, bool OfList> struct list_kernel {
  using points = stencil_points<T, N, Count>;
  const Kernel& kernel;

  template <class... Point>
  requires(sizeof...(Point) == Count && std::is_invocable_v<const Kernel&, const points&>) auto
  operator()(const Point&... point) const {
    return values(kernel(points(point...)));
  }
  template <class... Point>
  requires(sizeof...(Point) == Count &&
           std::is_invocable_v<const Kernel&, const stencil_cell<N>&, const points&>) auto
  operator()(const stencil_cell<N>& here, const Point&... point) const {
    return values(kernel(here, points(point...)));
  }

private:
  template <class Values> static auto values(const Values& found) {
    if constexpr (OfList && Count == 1)
      return value_at<0>(found);
    else
      return found;
  }
};

template <std::size_t Count, class To, class From, class Kernel>
void apply_list(To& to, From& from, const Kernel& kernel) {
  using array = listed_array<From>;
  using T = typename array::value_type;
  const list_kernel<Kernel, T, array::ndim, Count, array_list<To>> listed{kernel};
  if constexpr (array_list<To>)
    apply(tied_list<Count>(to), tied_list<Count>(from), listed);
  else
    apply(tied(to), tied_list<Count>(from), listed);
}

} // namespace detail

/// One step of a stencil on a list of arrays, such as the concentrations of so many species. The
/// kernel gets `stencil_points`, of which it asks for each array's; it returns a `std::array` of a
/// value for each array of `to`, or, where `to` is one array, a value. Lists are a `std::vector`,
/// `std::array` or `std::span` of global arrays, `from` and `to` as long as each other; they may be
/// one and the same where the kernel reads the cell alone.
///
/// A list whose number of arrays is known when the program runs has at most 8; the kernel is
/// compiled for each number, which takes its time. A `std::array`, or a `std::span` of a fixed
/// length, has any. All else is as `apply` of several arrays says.
///
/// Collective. @throws as that, and argument_error on all ranks for lists of different lengths, an
/// empty one, or one that is too long.
///
///     std::vector<global_array<double, 2>> u, next;
///     apply(next, u, [=](const auto& u) {
///       auto values = u.cells();
///       double total = 0;
///       for (std::size_t k = 0; k < u.size(); ++k) total += u[k](0, 0);
///       for (std::size_t k = 0; k < u.size(); ++k)
///         values[k] += dt * (u[k](-1, 0) + u[k](1, 0) - 2.0 * u[k](0, 0) - total * u[k](0, 0));
///       return values;
///     });
template <class To, detail::array_list From, class Kernel>
requires(detail::array_list<To> || detail::tied_arrays<To>) void apply(To&& to, From&& from,
                                                                       const Kernel& kernel) {
  constexpr std::size_t fixed = detail::fixed_count<std::remove_cvref_t<From>>();
  if constexpr (detail::array_list<To>)
    if (to.size() != from.size()) detail::throw_lists_differ(to.size(), from.size());
  if constexpr (fixed > 0) {
    detail::apply_list<fixed>(to, from, kernel);
  } else {
    const bool is_done = [&]<std::size_t... K>(std::index_sequence<K...>) {
      return ((from.size() == K + 1 && (detail::apply_list<K + 1>(to, from, kernel), true)) || ...);
    }
    (std::make_index_sequence<detail::most_listed>());
    if (!is_done) detail::throw_list_of(from.size());
  }
}

} // namespace tessera
