#include "core_peers.hpp"

#include <blitz/array.h>

#include <string>

namespace bench {

namespace {

using blitz::Range;
using array = blitz::Array<double, 1>;
using matrix = blitz::Array<double, 2>;

array whole(std::vector<double>& v, long n) {
  return {v.data(), blitz::shape(static_cast<int>(n)), blitz::neverDeleteData};
}

matrix table(std::vector<double>& v, long rows, long columns) {
  return {v.data(), blitz::shape(static_cast<int>(rows), static_cast<int>(columns)),
          blitz::neverDeleteData};
}

// Arrays are references to their elements: copies into the functions below copy none.
std::function<void()> two_dimensional(core_problem& p) {
  const long columns = p.n / p.rows;
  matrix c = table(p.c, p.rows, columns);
  if (p.what == core_case::outer) {
    array x = whole(p.a, p.rows);
    array y = whole(p.b, columns);
    return [=]() mutable { c = x(blitz::tensor::i) * y(blitz::tensor::j); };
  }
  if (p.what != core_case::transposed) return nullptr;
  matrix a = table(p.a, p.rows, columns);
  matrix b = table(p.b, p.rows, columns);
  return [=]() mutable { c = a.transpose(blitz::secondDim, blitz::firstDim) + b; };
}

std::function<void()> one_dimensional(core_problem& p) {
  const int n = static_cast<int>(p.n);
  array a = whole(p.a, p.n);
  array b = whole(p.b, p.n);
  array c = whole(p.c, p.n);
  double& result = p.c[0];
  switch (p.what) {
  case core_case::linear: return [=]() mutable { c = 2.0 * a - 4.5 * b; };
  case core_case::square: return [=]() mutable { c = blitz::pow2(a); };
  case core_case::difference: {
    array longer = whole(p.a, p.n + 1);
    return [=]() mutable { c = longer(Range(1, n)) - longer(Range(0, n - 1)); };
  }
  case core_case::strided: {
    array x = whole(p.a, 2 * p.n);
    array y = whole(p.b, 2 * p.n);
    return [=]() mutable { c = x(Range(0, 2 * n - 1, 2)) - y(Range(0, 2 * n - 1, 2)); };
  }
  case core_case::mixed:
    return [=]() mutable { c = (2.0 * a - 4.5 * b) + 1.1 * (blitz::sin(a) + blitz::cos(b)); };
  case core_case::exp: return [=]() mutable { c = blitz::exp(a); };
  case core_case::log: return [=]() mutable { c = blitz::log(a); };
  case core_case::pow: return [=]() mutable { c = blitz::pow(a, b); };
  case core_case::sum: return [=, &result]() mutable { result = blitz::sum(a); };
  case core_case::dot: return [=, &result]() mutable { result = blitz::dot(a, b); };
  case core_case::argmax: return [=, &result]() mutable { result = blitz::maxIndex(a)(0); };
  default: return nullptr;
  }
}

class blitz_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "blitz"; }
  std::vector<candidate> make(core_problem& p) override {
    const auto run = p.rows > 1 ? two_dimensional(p) : one_dimensional(p);
    if (!run) return {};
    return {{name(), run}};
  }
};

} // namespace

std::unique_ptr<core_library> make_blitz_core() { return std::make_unique<blitz_core>(); }

} // namespace bench
