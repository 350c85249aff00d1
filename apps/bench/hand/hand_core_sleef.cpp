// SLEEF's functions of vectors, those with errors of one unit in the last place, called directly,
// where the library was found (peers.cmake).
#ifdef TESSERA_HAS_SLEEF

#include "peers/core_peers.hpp"

// Its header has those of the instruction sets that it is compiled for.
#include <immintrin.h>
#include <sleef.h>

#include <string>

namespace bench {

namespace {

#if defined(__AVX512F__)
using packed = __m512d;
#define BENCH_SLEEF(name) Sleef_##name##d8_u10avx512f
#elif defined(__AVX2__) && defined(__FMA__)
using packed = __m256d;
#define BENCH_SLEEF(name) Sleef_##name##d4_u10avx2
#else
using packed = __m128d;
#define BENCH_SLEEF(name) Sleef_##name##d2_u10sse2
#endif

constexpr long lanes = sizeof(packed) / sizeof(double);

/// The sizes of the cases are multiples of a vector's.
template <class F> std::function<void()> loop(core_problem& p, F f) {
  return [&p, f] {
    for (long i = 0; i + lanes <= p.n; i += lanes) {
      packed a;
      packed b;
      __builtin_memcpy(&a, p.a.data() + i, sizeof a);
      __builtin_memcpy(&b, p.b.data() + i, sizeof b);
      const packed c = f(a, b);
      __builtin_memcpy(p.c.data() + i, &c, sizeof c);
    }
  };
}

std::function<void()> runner(core_problem& p) {
  switch (p.what) {
  case core_case::exp: return loop(p, [](packed a, packed) { return BENCH_SLEEF(exp)(a); });
  case core_case::log: return loop(p, [](packed a, packed) { return BENCH_SLEEF(log)(a); });
  case core_case::sin: return loop(p, [](packed a, packed) { return BENCH_SLEEF(sin)(a); });
  case core_case::tanh: return loop(p, [](packed a, packed) { return BENCH_SLEEF(tanh)(a); });
  case core_case::pow: return loop(p, [](packed a, packed b) { return BENCH_SLEEF(pow)(a, b); });
  default: return nullptr;
  }
}

class sleef_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "sleef"; }
  std::vector<candidate> make(core_problem& p) override {
    const auto run = runner(p);
    if (!run) return {};
    return {{name(), run}};
  }
};

} // namespace

std::unique_ptr<core_library> make_sleef_core() { return std::make_unique<sleef_core>(); }

} // namespace bench

#endif
