// The heat equation du/dt = a * laplacian(u), by the explicit scheme of the course: central second
// differences in space, forward Euler in time; or by implicit ones.
#include "../support/progress.hpp"
#include "checkpoints.hpp"
#include "field.hpp"
#include "implicit.hpp"
#include "options.hpp"
#include "output.hpp"
#include "report.hpp"

#include <tessera/core/timer.hpp>

#include <array>

namespace heat {

using namespace tessera;

namespace {

/// The scheme; weights are a * dt / h^2 along each axis.
auto scheme(std::array<double, 2> weights) {
  const auto [wy, wx] = weights;
  return [wy = wy, wx = wx](auto c) {
    const double twice = 2.0 * c(0, 0);
    return c(0, 0) + (wy * (c(-1, 0) - twice + c(1, 0)) + wx * (c(0, -1) - twice + c(0, 1)));
  };
}

auto scheme(std::array<double, 3> weights) {
  const auto [wz, wy, wx] = weights;
  return [wz = wz, wy = wy, wx = wx](auto c) {
    const double twice = 2.0 * c(0, 0, 0);
    return c(0, 0, 0) +
           (wz * (c(-1, 0, 0) - twice + c(1, 0, 0)) + wy * (c(0, -1, 0) - twice + c(0, 1, 0)) +
            wx * (c(0, 0, -1) - twice + c(0, 0, 1)));
  };
}

template <std::size_t N>
effort march(const options& o, field<N>& u, const stage& start, output<N>& files,
             checkpoints<N>& saved) {
  std::array<double, N> weights;
  for (std::size_t d = 0; d < N; ++d)
    weights[d] = o.diffusivity * o.dt / (o.spacing[d] * o.spacing[d]);
  field<N> v = u;
  apps::progress bar(o.steps, !o.quiet && u.comm().rank() == 0, "step", o.progress);
  stage reached = start;
  iterate_options<double, N> how{.depth = o.time_block, .every = o.steps_between_looks(start.step)};
  how.on_steps = [&](index_t step, const field<N>& now) {
    reached.step = start.step + step;
    files.after_step(reached.step, now);
    bar.update(reached.step);
  };
  how.until = [&](const field<N>& now, const field<N>& before) {
    if (o.tolerance > 0 && reached.step % steps_between_checks == 0)
      reached.is_last = max(abs(now - before)) <= o.tolerance;
    // What is in the files then is at least as new as the checkpoint.
    if (saved.is_due(reached.step) && reached.step < o.steps && !reached.is_last) {
      files.keep(now.comm());
      saved.save(reached, now);
    }
    reached.is_cut = stop_requested(now.comm()) && reached.step < o.steps && !reached.is_last;
    return reached.is_last || reached.is_cut;
  };
  u.comm().barrier();
  const timer clock;
  if (start.step == 0) files.after_step(0, u);
  const index_t left = start.is_last ? 0 : o.steps - start.step;
  reached.step = start.step + iterate(u, v, left, scheme(weights), how);
  u.comm().barrier();
  return {start.step, reached, clock.elapsed()};
}

template <std::size_t N>
void solve(options o, const communicator& world, const std::vector<index_t>& shape) {
  complete(o, N, world.size());
  field<N> u = initial_field<N>(o, world, shape);
  if (u.size() == 0) throw shape_error("the field has no points: shape " + to_string(u.shape()));
  if (o.reflecting()) u.set_boundary(boundary::reflecting);
  checkpoints<N> saved(o, world);
  const stage start = saved.restore(u);
  output<N> files(o, u, start.step);
  if (!o.quiet && !o.json && world.rank() == 0) print_parameters(o, u, start);
  const effort spent = o.is_explicit()        ? march(o, u, start, files, saved)
                       : o.scheme == "steady" ? solve_steady(o, u, files)
                                              : march_implicitly(o, u, start, files, saved);
  if (spent.reached.is_cut) { // at once: whoever asks for an end may not wait for long
    files.keep(world);
    saved.save_last(spent.reached, u);
    if (!o.quiet && world.rank() == 0) print_cut(o, spent.reached.step);
  }
  print_results(o, u, spent);
  files.finish(u, spent.reached.step);
  saved.save_last(spent.reached, u);
}

} // namespace

} // namespace heat

int main(int argc, char** argv) {
  return tessera::run(argc, argv, [&](tessera::communicator& world) {
    tessera::stop_requested(); // from here on, signals end the run after a step
    const auto options = heat::parse_options(argc, argv, world);
    if (!options) return;
    const auto shape = heat::shape_of_input(*options, world);
    if (shape.size() == 2)
      heat::solve<2>(*options, world, shape);
    else
      heat::solve<3>(*options, world, shape);
  });
}
