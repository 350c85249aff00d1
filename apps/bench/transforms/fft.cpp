#include "transforms/fft.hpp"

#include "peers/mpi4py_messages.hpp"
#include "transforms/fft_peers.hpp"

#ifdef TESSERA_HAS_NUMPY
#include "mpi4py_fft_script.hpp"
#endif

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/fft.hpp>

#include <complex>
#include <cstdio>
#include <string>
#include <utility>

namespace bench {

using namespace tessera;

double fft_element(index_t i) { return static_cast<double>(i * 7919 % 10007) * 1e-4 - 0.5; }

namespace {

using complex = std::complex<double>;

/// Slabs along the first axis, their spectrum, and the plans between them.
template <std::size_t N> class tessera_fft {
public:
  tessera_fft(const communicator& world, const shape_t<N>& shape, bool goes_home)
      : u_(slabs(world), shape),
        spectrum_(goes_home ? global_array<complex, N>(u_.grid(), shape) : empty_spectrum(u_)),
        there_(u_, spectrum_), back_(spectrum_, u_, fft_direction::inverse) {
    u_.fill([shape](auto... i) {
      index_t flat = 0;
      std::size_t d = 0;
      ((flat = flat * shape[d++] + i), ...);
      return complex(fft_element(2 * flat), fft_element(2 * flat + 1));
    });
  }

  void run() {
    there_.run(u_, spectrum_);
    back_.run(spectrum_, u_);
  }
  /// How far there and back leads from the start.
  [[nodiscard]] double error() {
    const auto start = u_.copy();
    run();
    return max(abs(u_ - start));
  }

private:
  static process_grid<N> slabs(const communicator& world) {
    grid_dims<N> dims{};
    for (int& n : dims) n = 1;
    dims[0] = world.size();
    return {world, dims};
  }

  global_array<complex, N> u_;
  global_array<complex, N> spectrum_;
  fft_plan<complex, complex, N> there_;
  fft_plan<complex, complex, N> back_;
};

mpi4py_messages mpi4py_fft(const communicator& world) {
#ifdef TESSERA_HAS_NUMPY
  return {world, mpi4py_fft_script};
#else
  return {world, nullptr};
#endif
}

template <std::size_t N>
void measure(const communicator& world, const shape_t<N>& shape, index_t repetitions) {
  std::string text;
  for (const index_t n : shape) text += (text.empty() ? "" : "x") + std::to_string(n);
  tessera_fft<N> transposed(world, shape, false);
  tessera_fft<N> home(world, shape, true);
  // A rank by itself transforms all of it.
  const communicator alone = world.split(world.rank() == 0 ? 0 : no_color);
  std::vector<std::unique_ptr<tessera_fft<N>>> single;
  if (world.rank() == 0) single.push_back(std::make_unique<tessera_fft<N>>(alone, shape, false));
  if (transposed.error() > 1e-13 || home.error() > 1e-13)
    throw error(error_kind::other, "transforms there and back lead elsewhere");
  const auto peers = make_fftw_peers({world.native(), {shape.begin(), shape.end()}});
  std::vector<candidate> ways{{"Tessera", [&] { transposed.run(); }},
                              {"Tessera, slabs both times", [&] { home.run(); }},
                              {"Tessera, one rank", [&] {
                                 for (const auto& one : single) one->run();
                               }}};
  for (const auto& peer : peers) ways.push_back({peer->name(), [&peer] { peer->run(); }});
  const mpi4py_messages python = mpi4py_fft(world);
  if (world.size() == 2) python.add(ways, text, "mpi4py-fft");
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  if (world.rank() != 0) return;
  std::printf("%s complex numbers, there and back, %d ranks\n%-30s %10s %10s\n", text.c_str(),
              world.size(), "", "ms", "to Tessera");
  for (std::size_t k = 0; k < ways.size(); ++k)
    std::printf("%-30s %10.2f %10.3f\n", ways[k].name.c_str(), seconds[k] * 1e3,
                seconds[k] / seconds[0]);
}

} // namespace

void run_fft(const communicator& world, index_t repetitions) {
  measure<2>(world, {4096, 4096}, repetitions);
  if (world.rank() == 0) std::printf("\n");
  measure<3>(world, {256, 256, 256}, repetitions);
}

} // namespace bench
