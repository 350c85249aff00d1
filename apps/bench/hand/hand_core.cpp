// The cases of `tessera-bench core` as plain loops over pointers.
#include "core_library.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace bench {

namespace {

/// A plain loop over [0, n) with restricted pointers.
template <class F> std::function<void()> loop(core_problem& p, F f) {
  return [&p, f] {
    const double* __restrict__ a = p.a.data();
    const double* __restrict__ b = p.b.data();
    double* __restrict__ c = p.c.data();
    const long n = p.n;
    for (long i = 0; i < n; ++i) c[i] = f(a, b, i);
  };
}

/// The same over rows and columns.
template <class F> std::function<void()> double_loop(core_problem& p, F f) {
  return [&p, f] {
    const double* __restrict__ a = p.a.data();
    const double* __restrict__ b = p.b.data();
    double* __restrict__ c = p.c.data();
    const long rows = p.rows;
    const long columns = p.n / p.rows;
    for (long i = 0; i < rows; ++i)
      for (long j = 0; j < columns; ++j) c[i * columns + j] = f(a, b, i, j);
  };
}

/// As one transposes by hand: in squares that fit the first cache.
void add_transposed(core_problem& p) {
  constexpr long side = 16;
  const double* __restrict__ a = p.a.data();
  const double* __restrict__ b = p.b.data();
  double* __restrict__ c = p.c.data();
  const long n = p.rows;
  for (long i0 = 0; i0 < n; i0 += side)
    for (long j0 = 0; j0 < n; j0 += side)
      for (long i = i0; i < std::min(i0 + side, n); ++i)
        for (long j = j0; j < std::min(j0 + side, n); ++j)
          c[i * n + j] = a[j * n + i] + b[i * n + j];
}

constexpr std::size_t lanes = 8;
typedef double packed __attribute__((vector_size(lanes * sizeof(double)), aligned(8), may_alias));

double total(const packed& v) {
  double sum = 0;
  for (std::size_t k = 0; k < lanes; ++k) sum += v[k];
  return sum;
}

/// The sum of f over packs of elements: enough partial sums to hide the latency of an addition.
template <class F, class Rest> double packed_sum(long n, F f, Rest rest) {
  constexpr long packs = 8;
  constexpr long step = packs * static_cast<long>(lanes);
  packed partial[packs] = {};
  long i = 0;
  for (; i + step <= n; i += step)
    for (long k = 0; k < packs; ++k) partial[k] += f(i + k * static_cast<long>(lanes));
  double sum = 0;
  for (const packed& p : partial) sum += total(p);
  for (; i < n; ++i) sum += rest(i);
  return sum;
}

packed load(const double* p) { return *reinterpret_cast<const packed*>(p); }

/// The largest element of each block first, as NumPy does; then its place.
double place_of_largest(const double* a, long n) {
  constexpr long block = 512;
  double best = a[0];
  long found = 0;
  for (long first = 0; first < n; first += block) {
    const long last = std::min(first + block, n);
    double most = a[first];
#pragma omp simd reduction(max : most)
    for (long i = first; i < last; ++i) most = a[i] > most ? a[i] : most;
    if (!(most > best)) continue;
    best = most;
    found = std::find(a + first, a + last, most) - a;
  }
  return static_cast<double>(found);
}

} // namespace

/// In a file of its own, for its compiler flags.
std::function<void()> hand_mathematics(core_problem& p);

namespace {

class hand_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "by hand"; }

  std::vector<candidate> make(core_problem& p) override {
    const auto run = runner(p);
    if (!run) return {};
    return {{name(), run}};
  }

private:
  static std::function<void()> runner(core_problem& p) {
    using doubles = const double*;
    switch (p.what) {
    case core_case::linear:
      return loop(p, [](doubles a, doubles b, long i) { return 2.0 * a[i] - 4.5 * b[i]; });
    case core_case::square: return loop(p, [](doubles a, doubles, long i) { return a[i] * a[i]; });
    case core_case::difference:
      return loop(p, [](doubles a, doubles, long i) { return a[i + 1] - a[i]; });
    case core_case::strided:
      return loop(p, [](doubles a, doubles b, long i) { return a[2 * i] - b[2 * i]; });
    case core_case::outer:
      return double_loop(p, [](doubles a, doubles b, long i, long j) { return a[i] * b[j]; });
    case core_case::transposed: return [&p] { add_transposed(p); };
    case core_case::pairwise:
      return double_loop(p, [](doubles a, doubles, long i, long j) {
        const double x = a[3 * i] - a[3 * j];
        const double y = a[3 * i + 1] - a[3 * j + 1];
        const double z = a[3 * i + 2] - a[3 * j + 2];
        return std::sqrt(x * x + y * y + z * z);
      });
    case core_case::sum:
      return [&p] {
        const double* a = p.a.data();
        p.c[0] = packed_sum(
            p.n, [a](long i) { return load(a + i); }, [a](long i) { return a[i]; });
      };
    case core_case::dot:
      return [&p] {
        const double* a = p.a.data();
        const double* b = p.b.data();
        p.c[0] = packed_sum(
            p.n, [a, b](long i) { return load(a + i) * load(b + i); },
            [a, b](long i) { return a[i] * b[i]; });
      };
    case core_case::argmax: return [&p] { p.c[0] = place_of_largest(p.a.data(), p.n); };
    case core_case::sort:
      return [&p] {
        std::copy(p.a.begin(), p.a.end(), p.c.begin());
        std::sort(p.c.begin(), p.c.end());
      };
    default: return hand_mathematics(p);
    }
  }
};

} // namespace

std::unique_ptr<core_library> make_hand_core() { return std::make_unique<hand_core>(); }

} // namespace bench
