// The cases of `tessera-bench core` in Tessera.
#include "core_library.hpp"

#include <tessera/core.hpp>

#include <string>

namespace bench {

using namespace tessera;

namespace {

using array = view<double, 1>;
using matrix = view<double, 2>;

array whole(std::vector<double>& v, long n) { return {v.data(), {n}}; }
matrix table(std::vector<double>& v, long rows, long columns) {
  return {v.data(), {rows, columns}};
}

std::function<void()> elementwise(core_problem& p) {
  const array a = whole(p.a, p.n);
  const array b = whole(p.b, p.n);
  const array c = whole(p.c, p.n);
  switch (p.what) {
  case core_case::linear: return [=] { c = 2.0 * a - 4.5 * b; };
  case core_case::square: return [=] { c = pow(a, 2); };
  case core_case::mixed: return [=] { c = (2.0 * a - 4.5 * b) + 1.1 * (sin(a) + cos(b)); };
  case core_case::exp: return [=] { c = exp(a); };
  case core_case::log: return [=] { c = log(a); };
  case core_case::sin: return [=] { c = sin(a); };
  case core_case::tanh: return [=] { c = tanh(a); };
  case core_case::pow: return [=] { c = pow(a, b); };
  default: return nullptr;
  }
}

std::function<void()> strided(core_problem& p) {
  const array c = whole(p.c, p.n);
  if (p.what == core_case::difference) {
    const array a = whole(p.a, p.n + 1);
    return [=] { c = a(slice(1, none)) - a(slice(none, -1)); };
  }
  const array a = whole(p.a, 2 * p.n);
  const array b = whole(p.b, 2 * p.n);
  return [=] { c = a(slice(none, none, 2)) - b(slice(none, none, 2)); };
}

std::function<void()> two_dimensional(core_problem& p) {
  const long columns = p.n / p.rows;
  const matrix c = table(p.c, p.rows, columns);
  if (p.what == core_case::outer) {
    const array a = whole(p.a, p.rows);
    const array b = whole(p.b, columns);
    return [=] { c = a(all, newaxis) * b; };
  }
  if (p.what == core_case::transposed) {
    const matrix a = table(p.a, p.rows, columns);
    const matrix b = table(p.b, p.rows, columns);
    return [=] { c = a.transpose() + b; };
  }
  const matrix points = table(p.a, p.rows, 3);
  return [=] {
    const auto difference = [&](index_t k) { return points(all, newaxis, k) - points(all, k); };
    c = sqrt(square(difference(0)) + square(difference(1)) + square(difference(2)));
  };
}

std::vector<candidate> reductions(core_problem& p) {
  const array a = whole(p.a, p.n);
  const array b = whole(p.b, p.n);
  double& result = p.c[0];
  switch (p.what) {
  case core_case::sum:
    return {{"tessera", [=, &result] { result = fast_sum(a); }},
            {"exact", [=, &result] { result = sum(a); }}};
  case core_case::dot:
    return {{"tessera", [=, &result] { result = fast_dot(a, b); }},
            {"exact", [=, &result] { result = dot(a, b); }}};
  default: return {{"tessera", [=, &result] { result = static_cast<double>(argmax(a)); }}};
  }
}

class tessera_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "tessera"; }

  std::vector<candidate> make(core_problem& p) override {
    switch (p.what) {
    case core_case::difference:
    case core_case::strided: return {{name(), strided(p)}};
    case core_case::outer:
    case core_case::transposed:
    case core_case::pairwise: return {{name(), two_dimensional(p)}};
    case core_case::sum:
    case core_case::dot:
    case core_case::argmax: return reductions(p);
    case core_case::matmul: {
      const matrix a = table(p.a, p.rows, p.rows);
      const matrix b = table(p.b, p.rows, p.rows);
      const matrix c = table(p.c, p.rows, p.rows);
      return {{name(), [=] { matmul(a, b, c); }}};
    }
    case core_case::sort: {
      const array a = whole(p.a, p.n);
      const array c = whole(p.c, p.n);
      return {{name(), [=] {
                 c = a;
                 sort_in_place(c);
               }}};
    }
    case core_case::random: {
      return {{name(), [&p, rng = generator(1)]() mutable {
                 const ndarray numbers = rng.random(p.n);
                 p.c[0] = numbers(0);
               }}};
    }
    default: return {{name(), elementwise(p)}};
    }
  }
};

} // namespace

std::unique_ptr<core_library> make_tessera_core() { return std::make_unique<tessera_core>(); }

} // namespace bench
