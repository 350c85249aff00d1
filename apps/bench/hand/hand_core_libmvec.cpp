// Mathematical functions as one vectorises them by hand: a loop in which the compiler calls
// libmvec.
#include "core_library.hpp"

#include <cmath>

// Such loops need -ffast-math, which this file is compiled with.
namespace bench {

std::function<void()> hand_mathematics(core_problem& p) {
  const auto with = [&p](auto f) {
    return [&p, f] {
      const double* __restrict__ a = p.a.data();
      const double* __restrict__ b = p.b.data();
      double* __restrict__ c = p.c.data();
      const long n = p.n;
      for (long i = 0; i < n; ++i) c[i] = f(a[i], b[i]);
    };
  };
  switch (p.what) {
  case core_case::mixed:
    return with(
        [](double a, double b) { return (2.0 * a - 4.5 * b) + 1.1 * (std::sin(a) + std::cos(b)); });
  case core_case::exp: return with([](double a, double) { return std::exp(a); });
  case core_case::log: return with([](double a, double) { return std::log(a); });
  case core_case::sin: return with([](double a, double) { return std::sin(a); });
  case core_case::tanh: return with([](double a, double) { return std::tanh(a); });
  case core_case::pow: return with([](double a, double b) { return std::pow(a, b); });
  default: return nullptr;
  }
}

} // namespace bench
