/// @file
/// The leapfrog of positions and velocities.
#pragma once

#include <tessera/distributed/integrators/states.hpp>

namespace tessera {

/// Kick, drift, kick: steps of dq/dt = v, dv/dt = a(t, q), of second order, reversible, and without
/// a drift of the energy. Positions and velocities are arrays, or tuples of as many; `acceleration`
/// is a callable `(t, q, a)` as the right-hand sides of the other integrators. The accelerations at
/// the end of a step are those at the start of the next, so that each step calls it once, and the
/// first twice. Two passes over 3 and 5 arrays; one array beside each pair of fields.
///
/// After L. Verlet, "Computer experiments on classical fluids" (1967).
///
///     leapfrog<global_array<double, 1>> method;
///     for (int k = 0; k < 1000; ++k) method.step(q, v, k * dt, dt, springs);
template <class State> class leapfrog {
public:
  /// Collective; from t to t + dt. What changes q between two steps is followed by `forget`.
  template <class Q, class V, class Acceleration>
  void step(Q&& q, V&& v, double t, double dt, const Acceleration& acceleration) {
    if (!is_known_) {
      detail::prepare_state(accelerations_, q);
      detail::set_time_of(q, t);
      acceleration(t, q, accelerations_);
      is_known_ = true;
    }
    kick(v, dt / 2);
    detail::for_fields(
        [dt](auto& place, const auto& speed) { place += detail::factor_for(place, dt) * speed; }, q,
        v);
    detail::set_time_of(q, t + dt);
    acceleration(t + dt, q, accelerations_);
    kick(v, dt / 2);
  }
  /// Gives its arrays back, and computes the accelerations anew in the next step. Local.
  void forget() {
    accelerations_ = {};
    is_known_ = false;
  }

private:
  template <class V> void kick(V& v, double dt) {
    detail::for_fields(
        [dt](auto& speed, const auto& a) { speed += detail::factor_for(speed, dt) * a; }, v,
        accelerations_);
  }

  detail::owned_state_of<State> accelerations_;
  bool is_known_ = false;
};

} // namespace tessera
