#include "measuring/triad.hpp"

#include <tessera/core/timer.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <vector>

namespace tessera::detail {

namespace {

constexpr std::size_t size = std::size_t{1} << 21U; // 16 MiB each, of three
constexpr int runs = 5;
constexpr double triad_bytes = 3.0 * sizeof(double) * static_cast<double>(size);

struct triad_arrays {
  std::vector<double> a = std::vector<double>(size, 0.0);
  std::vector<double> b = std::vector<double>(size, 1.0);
  std::vector<double> c = std::vector<double>(size, 2.0);

  void run() {
    double* __restrict__ to = a.data();
    const double* __restrict__ x = b.data();
    const double* __restrict__ y = c.data();
    for (std::size_t i = 0; i < size; ++i) to[i] = x[i] + 3.0 * y[i];
    asm volatile("" : : "r"(to) : "memory"); // it is computed each time
  }
};

} // namespace

double given_triad() {
  constexpr double giga = 1e9;
  const char* const text = std::getenv("TESSERA_TRIAD");
  if (text == nullptr || *text == '\0') return -1;
  return giga * std::max(std::strtod(text, nullptr), 0.0);
}

double measured_triad(const communicator& comm) {
  std::vector<triad_arrays> arrays;
  try {
    arrays.resize(1);
  } catch (const std::bad_alloc&) { // no hint then
  }
  if (allreduce_min(comm, arrays.size()) == 0) return 0;
  double fastest = 0;
  for (int k = 0; k < runs; ++k) {
    comm.barrier(); // all at once: they share the memory
    const timer clock;
    arrays[0].run();
    fastest = std::max(fastest, triad_bytes / clock.elapsed());
  }
  return allreduce_sum(comm, fastest);
}

} // namespace tessera::detail
