/// @file
/// What integrators step on: one field, or a tuple of fields.
#pragma once

#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/global_array.hpp>

#include <array>
#include <tuple>
#include <utility>

namespace tessera::detail {

template <class State> inline constexpr bool is_tuple = false;
template <class... Fields> inline constexpr bool is_tuple<std::tuple<Fields...>> = true;

/// Calls f for the corresponding fields of states: f(a's first, b's first, ...), and so on.
template <class F, class State, class... States>
void for_fields(const F& f, State&& state, States&&... states) {
  if constexpr (is_tuple<std::remove_cvref_t<State>>) {
    [&]<std::size_t... K>(std::index_sequence<K...>) {
      const auto at = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        f(std::get<I>(state), std::get<I>(states)...);
      };
      (at(std::integral_constant<std::size_t, K>()), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<State>>>());
  } else {
    f(state, states...);
  }
}

/// A state of arrays of its own, and never of references.
template <class State> struct owned_state { using type = State; };
template <class... Fields> struct owned_state<std::tuple<Fields...>> {
  using type = std::tuple<std::remove_cvref_t<Fields>...>;
};
template <class State>
using owned_state_of = typename owned_state<std::remove_cvref_t<State>>::type;

/// The time that functions in boundary conditions are given.
template <class State> void set_time_of(State& state, double t) {
  for_fields([t](auto& field) { field.set_time(t); }, state);
}

/// Makes `like` states that fit, with the conditions of the fields. Collective where there are none
/// yet, or others.
template <class Owned, class State> void prepare_state(Owned& own, const State& like) {
  for_fields(
      [](auto& mine, const auto& theirs) {
        const bool fits = mine.comm().size() > 0 && mine.comm().same_ranks(theirs.comm()) &&
                          mine.distribution() == theirs.distribution() &&
                          mine.halo() == theirs.halo();
        if (!fits) mine = std::remove_cvref_t<decltype(mine)>(theirs); // with its conditions
      },
      own, like);
}

/// Real numbers, whatever the elements are.
template <class Field> struct real_of_field {
  using T = typename std::remove_cvref_t<Field>::value_type;
  static auto real() {
    if constexpr (is_complex<T>)
      return typename T::value_type{};
    else
      return T{};
  }
  using type = decltype(real());
};
template <class Field> auto factor_for(const Field& /*field*/, double x) {
  return static_cast<typename real_of_field<Field>::type>(x);
}

} // namespace tessera::detail
