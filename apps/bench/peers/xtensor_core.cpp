#define XTENSOR_USE_XSIMD
#include "core_peers.hpp"

#include <xtensor/xadapt.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

#include <string>

namespace bench {

namespace {

auto array(std::vector<double>& v, long n) {
  const auto size = static_cast<std::size_t>(n);
  return xt::adapt(v.data(), size, xt::no_ownership(), std::array<std::size_t, 1>{size});
}

auto matrix(std::vector<double>& v, long rows, long columns) {
  const std::array<std::size_t, 2> shape{static_cast<std::size_t>(rows),
                                         static_cast<std::size_t>(columns)};
  return xt::adapt(v.data(), shape[0] * shape[1], xt::no_ownership(), shape);
}

std::function<void()> two_dimensional(core_problem& p) {
  const long columns = p.n / p.rows;
  auto c = matrix(p.c, p.rows, columns);
  if (p.what == core_case::outer) {
    auto x = array(p.a, p.rows);
    auto y = array(p.b, columns);
    return [=]() mutable { xt::noalias(c) = xt::view(x, xt::all(), xt::newaxis()) * y; };
  }
  if (p.what == core_case::transposed) {
    auto a = matrix(p.a, p.rows, columns);
    auto b = matrix(p.b, p.rows, columns);
    return [=]() mutable { xt::noalias(c) = xt::transpose(a) + b; };
  }
  if (p.what != core_case::pairwise) return nullptr;
  auto points = matrix(p.a, p.rows, 3);
  return [=]() mutable {
    xt::noalias(c) = xt::sqrt(
        xt::sum(xt::square(xt::view(points, xt::all(), xt::newaxis(), xt::all()) - points), {2}));
  };
}

std::function<void()> one_dimensional(core_problem& p) {
  auto a = array(p.a, p.n);
  auto b = array(p.b, p.n);
  auto c = array(p.c, p.n);
  double& result = p.c[0];
  switch (p.what) {
  case core_case::linear: return [=]() mutable { xt::noalias(c) = 2.0 * a - 4.5 * b; };
  case core_case::square: return [=]() mutable { xt::noalias(c) = xt::square(a); };
  case core_case::difference: {
    auto whole = array(p.a, p.n + 1);
    return [=, n = p.n]() mutable {
      xt::noalias(c) = xt::view(whole, xt::range(1, n + 1)) - xt::view(whole, xt::range(0, n));
    };
  }
  case core_case::strided: {
    auto x = array(p.a, 2 * p.n);
    auto y = array(p.b, 2 * p.n);
    return [=, n = 2 * p.n]() mutable {
      xt::noalias(c) = xt::view(x, xt::range(0, n, 2)) - xt::view(y, xt::range(0, n, 2));
    };
  }
  case core_case::mixed:
    return
        [=]() mutable { xt::noalias(c) = (2.0 * a - 4.5 * b) + 1.1 * (xt::sin(a) + xt::cos(b)); };
  case core_case::exp: return [=]() mutable { xt::noalias(c) = xt::exp(a); };
  case core_case::log: return [=]() mutable { xt::noalias(c) = xt::log(a); };
  case core_case::sin: return [=]() mutable { xt::noalias(c) = xt::sin(a); };
  case core_case::tanh: return [=]() mutable { xt::noalias(c) = xt::tanh(a); };
  case core_case::pow: return [=]() mutable { xt::noalias(c) = xt::pow(a, b); };
  case core_case::sum: return [=, &result] { result = xt::sum(a)(); };
  case core_case::dot: return [=, &result] { result = xt::sum(a * b)(); };
  case core_case::argmax: return [=, &result] { result = static_cast<double>(xt::argmax(a)()); };
  case core_case::sort: return [=]() mutable { xt::noalias(c) = xt::sort(a); };
  default: return nullptr;
  }
}

class xtensor_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "xtensor"; }
  std::vector<candidate> make(core_problem& p) override {
    const auto run = p.rows > 1 ? two_dimensional(p) : one_dimensional(p);
    if (!run) return {};
    return {{name(), run}};
  }
};

} // namespace

std::unique_ptr<core_library> make_xtensor_core() { return std::make_unique<xtensor_core>(); }

} // namespace bench
