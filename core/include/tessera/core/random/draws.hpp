/// @file
/// What draws of random numbers fill, and how choices are made; see random.hpp.
#pragma once

#include <tessera/core/creation/create.hpp>
#include <tessera/core/random/distributions.hpp>

namespace tessera {

/// How `choice` chooses.
struct choice_options {
  bool replace = true;          ///< may an element be chosen more than once?
  view<const double, 1> p = {}; ///< probabilities of the elements; equal ones when left out
};

namespace detail {

std::uint64_t count_of_integers(index_t low, index_t high, bool with_end);
void fill_swaps(const draw_position& at, index_t* to, index_t n);
void fill_choice(const draw_position& at, index_t n, const choice_options& options, index_t* to,
                 index_t count);
/// Positions that a choice uses up.
index_t choice_length(index_t n, index_t count, const choice_options& options);

/// The elements of an array that are at some places of its first axis. Specialised for arrays over
/// ranks.
template <class A> struct rows_of {
  static_assert(!A::is_global, "include <tessera/distributed/functions/random.hpp>");

  static auto at(const A& a, const ndarray<index_t, 1>& places) {
    using T = typename A::value_type;
    const ndarray<T, 1> from(a);
    ndarray<T, 1> result(places.shape());
    for (index_t i = 0; i < places.size(); ++i) result(i) = from(places(i));
    return result;
  }
};

/// Fills an array with a draw, in row-major order. Specialised for arrays over ranks.
template <class A> struct drawn_into {
  static_assert(!A::is_global, "include <tessera/distributed/functions/random.hpp>");

  template <class Distribution>
  static void fill_with(const draw_position& at, const Distribution& d, A& to) {
    using T = typename Distribution::type;
    if constexpr (std::is_same_v<T, typename A::value_type>)
      if (const auto elements = view_of(to); elements.is_contiguous())
        return fill(at, d, elements.data(), elements.size());
    ndarray<T, A::ndim> drawn(to.shape());
    fill(at, d, drawn.data(), drawn.size());
    to.assign(drawn);
  }
};

/// Sizes in braces.
template <std::size_t N> using sizes = index_t[N];

/// Is this nothing, one size, a shape, or what is to be filled?
template <class... S>
concept are_sizes = sizeof...(S) == 0 ||
                    (sizeof...(S) == 1 &&
                     ((is_integer<std::remove_cvref_t<S>> || is_shape<std::remove_cvref_t<S>> ||
                       assignable_operand<S>)&&...));

template <class... S>
inline constexpr bool is_draw_target = sizeof...(S) == 1 && (assignable_operand<S> && ...);

template <class T> void swap_rows(const view<T, 1>& a, index_t i, index_t j) {
  const T old = a(i);
  a(i) = a(j);
  a(j) = old;
}
template <class T, std::size_t N> void swap_rows(const view<T, N>& a, index_t i, index_t j) {
  if (i == j) return;
  const auto old = a(i).copy();
  a(i) = a(j);
  a(j) = old;
}

} // namespace detail

} // namespace tessera
