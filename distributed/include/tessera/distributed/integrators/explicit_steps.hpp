/// @file
/// Explicit steps in time: Euler's, Runge and Kutta's, Shu and Osher's.
#pragma once

#include <tessera/distributed/integrators/states.hpp>

namespace tessera {

/// @name Integrators
/// Steps of du/dt = f(t, u) for a state u: a global array, or a `std::tuple` of them, or of
/// references as `std::tie` gives, of any shapes and types. The right-hand side is a callable
/// `rhs(t, state, slopes)` that writes slopes of the same structure; it gets the state by reference
/// to arrays that are not const, so that `apply` can update halos, and does not change their
/// elements. The time of boundary conditions is set before each call, and to the end of the step
/// after it.
///
/// An integrator keeps its arrays for the next step of a state that lies alike. `step` is
/// collective where `rhs` is; it sends nothing by itself. Every element is computed alone: the same
/// bits on any number of ranks. Conditions of a state that changes them after its first step are
/// taken over by `forget`.
/// @{

/// Euler's method, of first order: u + dt f(t, u). One call of the right-hand side, one pass over 2
/// arrays; one array beside the state.
///
///     euler<global_array<double, 2>> method;
///     for (int k = 0; k < 100; ++k) method.step(u, k * dt, dt, rhs);
template <class State> class euler {
public:
  /// Collective; from t to t + dt.
  template <class S, class Rhs> void step(S&& state, double t, double dt, const Rhs& rhs) {
    detail::prepare_state(slopes_, state);
    detail::set_time_of(state, t);
    rhs(t, state, slopes_);
    detail::for_fields([dt](auto& u, const auto& slope) { u += detail::factor_for(u, dt) * slope; },
                       state, slopes_);
    detail::set_time_of(state, t + dt);
  }
  /// Gives its arrays back. Local.
  void forget() { slopes_ = {}; }

private:
  detail::owned_state_of<State> slopes_;
};

/// The classical method of Runge and Kutta, of fourth order. Four calls of the right-hand side, and
/// for each a pass over 3 to 5 arrays; three arrays beside each field.
///
/// After W. Kutta (1901).
///
///     rk4<std::tuple<field, field>> method;
///     method.step(std::tie(density, speed), t, dt, [&](double, auto& s, auto& slopes) {
///       auto& [rho, v] = s;
///       apply(std::get<0>(slopes), std::tie(rho, v), flux);
///       apply(std::get<1>(slopes), std::tie(rho, v), force);
///     });
template <class State> class rk4 {
public:
  /// Collective; from t to t + dt.
  template <class S, class Rhs> void step(S&& state, double t, double dt, const Rhs& rhs) {
    detail::prepare_state(slopes_, state);
    detail::prepare_state(sums_, state);
    detail::prepare_state(stage_, state);
    detail::set_time_of(state, t);
    rhs(t, state, slopes_);
    add(true, dt / 6);
    put_stage(state, dt / 2);
    call(rhs, t + dt / 2);
    add(false, dt / 3);
    put_stage(state, dt / 2);
    call(rhs, t + dt / 2);
    add(false, dt / 3);
    put_stage(state, dt);
    call(rhs, t + dt);
    detail::for_fields(
        [dt](auto& u, const auto& sum, const auto& slope) {
          u += sum + detail::factor_for(u, dt / 6) * slope;
        },
        state, sums_, slopes_);
    detail::set_time_of(state, t + dt);
  }
  /// Gives its arrays back. Local.
  void forget() { slopes_ = sums_ = stage_ = {}; }

private:
  /// sums (+)= factor slopes.
  void add(bool is_first, double factor) {
    detail::for_fields(
        [=](auto& sum, const auto& slope) {
          if (is_first)
            sum = detail::factor_for(sum, factor) * slope;
          else
            sum += detail::factor_for(sum, factor) * slope;
        },
        sums_, slopes_);
  }
  template <class S> void put_stage(const S& state, double factor) {
    detail::for_fields(
        [factor](auto& stage, const auto& u, const auto& slope) {
          stage = u + detail::factor_for(u, factor) * slope;
        },
        stage_, state, slopes_);
  }
  template <class Rhs> void call(const Rhs& rhs, double t) {
    detail::set_time_of(stage_, t);
    rhs(t, stage_, slopes_);
  }

  detail::owned_state_of<State> slopes_;
  detail::owned_state_of<State> sums_;
  detail::owned_state_of<State> stage_;
};

/// The strong-stability-preserving method of Runge and Kutta of third order: what Euler's method
/// keeps bounded, it does. Three calls of the right-hand side, and for each a pass over 3 or 4
/// arrays; two arrays beside each field.
///
/// After C.-W. Shu and S. Osher, "Efficient implementation of essentially non-oscillatory
/// shock-capturing schemes" (1988).
///
///     ssp_rk3<global_array<double, 1>> method;
///     method.step(u, t, dt, advection);
template <class State> class ssp_rk3 {
public:
  /// Collective; from t to t + dt.
  template <class S, class Rhs> void step(S&& state, double t, double dt, const Rhs& rhs) {
    detail::prepare_state(slopes_, state);
    detail::prepare_state(stage_, state);
    detail::set_time_of(state, t);
    rhs(t, state, slopes_);
    detail::for_fields([dt](auto& stage, const auto& u,
                            const auto& slope) { stage = u + detail::factor_for(u, dt) * slope; },
                       stage_, state, slopes_);
    call(rhs, t + dt);
    detail::for_fields(
        [dt](auto& stage, const auto& u, const auto& slope) {
          stage = detail::factor_for(u, 0.75) * u +
                  detail::factor_for(u, 0.25) * (stage + detail::factor_for(u, dt) * slope);
        },
        stage_, state, slopes_);
    call(rhs, t + dt / 2);
    detail::for_fields(
        [dt](auto& u, const auto& stage, const auto& slope) {
          u = detail::factor_for(u, 1.0 / 3) * u +
              detail::factor_for(u, 2.0 / 3) * (stage + detail::factor_for(u, dt) * slope);
        },
        state, stage_, slopes_);
    detail::set_time_of(state, t + dt);
  }
  /// Gives its arrays back. Local.
  void forget() { slopes_ = stage_ = {}; }

private:
  template <class Rhs> void call(const Rhs& rhs, double t) {
    detail::set_time_of(stage_, t);
    rhs(t, stage_, slopes_);
  }

  detail::owned_state_of<State> slopes_;
  detail::owned_state_of<State> stage_;
};
/// @}

} // namespace tessera
