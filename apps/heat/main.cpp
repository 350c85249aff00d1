// The heat equation du/dt = a * laplacian(u), by the explicit scheme of the course: central second
// differences in space, forward Euler in time.
#include "../support/progress.hpp"
#include "field.hpp"
#include "options.hpp"
#include "output.hpp"

#include <array>
#include <cstdio>
#include <string>

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

std::string joined(const auto& values, const char* between) {
  std::string text;
  for (const auto& value : values) {
    char number[32];
    std::snprintf(number, sizeof number, "%.10g", static_cast<double>(value));
    text += (text.empty() ? "" : between) + std::string(number);
  }
  return text;
}

template <std::size_t N> void print_parameters(const options& o, const field<N>& u) {
  std::printf("field        %s, %s\n", joined(u.shape(), " x ").c_str(),
              o.input.empty() ? "built in" : o.input.c_str());
  std::printf("grid         %s ranks\n", joined(u.grid().dims(), " x ").c_str());
  std::printf("diffusivity  %.10g\n", o.diffusivity);
  std::printf("spacing      %s\n", joined(o.spacing, ", ").c_str());
  std::printf("boundary     %s\n", o.boundary.c_str());
  std::printf("steps        %lld of dt = %.10g\n", static_cast<long long>(o.steps), o.dt);
}

/// What a run took.
struct effort {
  index_t steps;
  double seconds; // in steps and frames
};

template <std::size_t N>
void print_results(const options& o, const field<N>& u, const effort& spent) {
  const double low = min(u);
  const double high = max(u);
  const double average = mean(u);
  const std::uint64_t bits = checksum(u);
  if (o.quiet || u.comm().rank() != 0) return;
  const double updates = static_cast<double>(u.size()) * static_cast<double>(spent.steps);
  if (o.tolerance > 0)
    std::printf("taken        %lld steps\n", static_cast<long long>(spent.steps));
  std::printf("time         %.3f s\n", spent.seconds);
  std::printf("speed        %.4g cell updates per second\n",
              spent.seconds > 0 ? updates / spent.seconds : 0);
  std::printf("minimum      %.12g\n", low);
  std::printf("maximum      %.12g\n", high);
  std::printf("mean         %.12g\n", average);
  std::printf("checksum     %016llx\n", static_cast<unsigned long long>(bits));
}

template <std::size_t N> effort march(const options& o, field<N>& u, output<N>& files) {
  std::array<double, N> weights;
  for (std::size_t d = 0; d < N; ++d)
    weights[d] = o.diffusivity * o.dt / (o.spacing[d] * o.spacing[d]);
  field<N> v = u;
  apps::progress bar(o.steps, !o.quiet && u.comm().rank() == 0);
  index_t taken = 0;
  iterate_options<double, N> how{.depth = o.time_block, .every = o.steps_between_looks()};
  how.on_steps = [&](index_t step, const field<N>& now) {
    taken = step;
    files.after_step(step, now);
    bar.update(step);
  };
  how.until = [&](const field<N>& now, const field<N>& before) {
    if (o.tolerance == 0 || taken % steps_between_checks != 0) return false;
    return max(abs(now - before)) <= o.tolerance;
  };
  u.comm().barrier();
  const double start = MPI_Wtime();
  files.after_step(0, u);
  const index_t steps = iterate(u, v, o.steps, scheme(weights), how);
  u.comm().barrier();
  return {steps, MPI_Wtime() - start};
}

template <std::size_t N>
void solve(options o, const communicator& world, const std::vector<index_t>& shape) {
  complete(o, N, world.size());
  field<N> u = initial_field<N>(o, world, shape);
  if (u.size() == 0) throw shape_error("the field has no points: shape " + to_string(u.shape()));
  if (o.reflecting()) u.set_boundary(boundary::reflecting);
  output<N> files(o, u);
  if (!o.quiet && world.rank() == 0) print_parameters(o, u);
  const effort spent = march(o, u, files);
  print_results(o, u, spent);
  files.finish(u, spent.steps);
}

} // namespace

} // namespace heat

int main(int argc, char** argv) {
  return tessera::run(argc, argv, [&](tessera::communicator& world) {
    const auto options = heat::parse_options(argc, argv, world);
    if (!options) return;
    const auto shape = heat::shape_of_input(*options, world);
    if (shape.size() == 2)
      heat::solve<2>(*options, world, shape);
    else
      heat::solve<3>(*options, world, shape);
  });
}
