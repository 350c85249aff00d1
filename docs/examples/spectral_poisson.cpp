// spectral_poisson.cpp: the Poisson equation in a periodic box, solved by Fourier transforms on the
// array with the halo.
#include <tessera/distributed.hpp>
#include <tessera/distributed/fft.hpp>

#include <cmath>
#include <cstdio>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    constexpr index_t n = 48;
    constexpr double pi = 3.14159265358979323846;
    const shape_t<3> shape{n, n, n};
    const process_grid<3> slabs(world, {0, 1, 1});
    const auto x = [](index_t i) { return 2 * pi * static_cast<double>(i) / n; };
    const auto solution = [x](index_t i, index_t j, index_t k) {
      return std::exp(std::sin(x(i))) * std::cos(x(j)) + std::sin(2 * x(k) + x(i));
    };
    // Its Laplacian.
    const auto source = [x](index_t i, index_t j, index_t k) {
      const double s = std::sin(x(i)), c = std::cos(x(i));
      return std::exp(s) * std::cos(x(j)) * (c * c - s - 1) - 5 * std::sin(2 * x(k) + x(i));
    };
    global_array<double, 3> u(slabs, shape, halo<3>(1, true));
    u.fill(source);

    auto spectrum = empty_spectrum(u);
    const fft_plan forward(u, spectrum);
    const fft_plan back(spectrum, u);
    forward.run(u, spectrum);
    const ndarray f = n * fftfreq(n), h = n * rfftfreq(n); // whole waves in the box
    const auto squares = f(all, newaxis, newaxis) * f(all, newaxis, newaxis) +
                         f(all, newaxis) * f(all, newaxis) + h * h;
    spectrum /= where(squares > 0.0, -squares, 1.0);
    spectrum.set({0, 0, 0}, 0.0); // of all solutions the one whose mean is zero
    back.run(spectrum, u);

    auto expected = zeros(slabs, shape);
    expected.fill(solution);
    expected -= mean(expected);
    const double error = max(abs(u - expected));
    // Derivatives by the halo go on from here: the same array.
    u.update_halo();
    if (world.rank() == 0) std::printf("largest error %.1e\n", error);
    return error < 1e-12 ? 0 : 1;
  });
}
