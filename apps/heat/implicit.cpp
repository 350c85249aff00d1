#include "implicit.hpp"

#include "../support/progress.hpp"

#include <tessera/core/timer.hpp>
#include <tessera/distributed/multigrid.hpp>
#include <tessera/distributed/solvers.hpp>

#include <array>

namespace heat {

using namespace tessera;

namespace {

/// Of what a step changes the field by.
constexpr double tolerance_of_steps = 1e-12;

/// c + scale * (minus Laplace's operator of c).
template <class Poisson> auto shifted(double own, double scale, const Poisson& poisson) {
  return [=](const auto& c) {
    const auto cell = [&] {
      if constexpr (requires { c(0, 0); })
        return c(0, 0);
      else
        return c(0, 0, 0);
    };
    return own * cell() + scale * poisson(c);
  };
}

template <std::size_t N> auto poisson_of(const options& o) {
  std::array<double, N> spacing;
  for (std::size_t d = 0; d < N; ++d) spacing[d] = o.spacing[d];
  return poisson_kernel(spacing);
}

/// One step after another; `part` of each is implicit.
template <std::size_t N, class Poisson> class implicit_steps {
public:
  implicit_steps(const options& o, field<N>& u, const Poisson& poisson, double part)
      : right_(shifted(1.0, -(1.0 - part) * o.diffusivity * o.dt, poisson)),
        left_(shifted(1.0, part * o.diffusivity * o.dt, poisson)), is_half_(part < 1.0), b_(u) {}

  void step(field<N>& u) {
    if (is_half_)
      apply(b_, u, right_);
    else
      b_ = u;
    cg(left_, u, b_, no_preconditioner(), {.tolerance = tolerance_of_steps}, space_).check();
  }

private:
  decltype(shifted(1.0, 1.0, std::declval<const Poisson&>())) right_;
  stencil_operator<decltype(shifted(1.0, 1.0, std::declval<const Poisson&>()))> left_;
  bool is_half_;
  field<N> b_;
  krylov_space<double, N> space_;
};

} // namespace

template <std::size_t N>
effort march_implicitly(const options& o, field<N>& u, const stage& start, output<N>& files,
                        checkpoints<N>& saved) {
  const auto poisson = poisson_of<N>(o);
  implicit_steps<N, decltype(poisson)> steps(o, u, poisson, o.scheme == "implicit" ? 1.0 : 0.5);
  apps::progress bar(o.steps, !o.quiet && u.comm().rank() == 0, "step", o.progress);
  stage reached = start;
  field<N> before = u;
  u.comm().barrier();
  const timer clock;
  if (start.step == 0) files.after_step(0, u);
  while (reached.step < o.steps && !reached.is_last && !reached.is_cut) {
    const bool is_checked = o.tolerance > 0 && (reached.step + 1) % steps_between_checks == 0;
    if (is_checked) before = u;
    steps.step(u);
    ++reached.step;
    files.after_step(reached.step, u);
    bar.update(reached.step);
    reached.is_last = is_checked && max(abs(u - before)) <= o.tolerance;
    // What is in the files then is at least as new as the checkpoint.
    if (saved.is_due(reached.step) && reached.step < o.steps && !reached.is_last) {
      files.keep(u.comm());
      saved.save(reached, u);
    }
    reached.is_cut = stop_requested(u.comm()) && reached.step < o.steps && !reached.is_last;
  }
  u.comm().barrier();
  return {start.step, reached, clock.elapsed()};
}

template <std::size_t N> effort solve_steady(const options& o, field<N>& u, output<N>& files) {
  u.comm().barrier();
  const timer clock;
  files.after_step(0, u);
  const auto b = zeros_like(u);
  cg(stencil_operator(poisson_of<N>(o)), u, b, {.tolerance = 1e-10, .max_iterations = 100000})
      .check();
  u.comm().barrier();
  return {0, {}, clock.elapsed()};
}

template effort march_implicitly(const options&, field<2>&, const stage&, output<2>&,
                                 checkpoints<2>&);
template effort march_implicitly(const options&, field<3>&, const stage&, output<3>&,
                                 checkpoints<3>&);
template effort solve_steady(const options&, field<2>&, output<2>&);
template effort solve_steady(const options&, field<3>&, output<3>&);

} // namespace heat
