#include "core_peers.hpp"

#include <Eigen/Dense>

#include <string>

namespace bench {

namespace {

using array = Eigen::Map<Eigen::ArrayXd>;
using matrix = Eigen::Map<Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using every_second = Eigen::Map<Eigen::ArrayXd, 0, Eigen::InnerStride<2>>;

std::function<void()> two_dimensional(core_problem& p) {
  matrix c(p.c.data(), p.rows, p.n / p.rows);
  matrix a(p.a.data(), p.rows, p.n / p.rows);
  matrix b(p.b.data(), p.rows, p.n / p.rows);
  const Eigen::Map<Eigen::VectorXd> x(p.a.data(), p.rows);
  const Eigen::Map<Eigen::RowVectorXd> y(p.b.data(), p.n / p.rows);
  if (p.what == core_case::outer) return [=]() mutable { c.noalias() = x * y; };
  if (p.what == core_case::transposed) return [=]() mutable { c = a.transpose() + b; };
  if (p.what == core_case::matmul) return [=]() mutable { c.noalias() = a * b; };
  matrix points(p.a.data(), p.rows, 3);
  return [=, m = p.rows]() mutable {
    const auto difference = [&](long k) {
      return points.col(k).replicate(1, m) - points.col(k).transpose().replicate(m, 1);
    };
    c = (difference(0).array().square() + difference(1).array().square() +
         difference(2).array().square())
            .sqrt()
            .matrix();
  };
}

std::function<void()> one_dimensional(core_problem& p) {
  array a(p.a.data(), p.n);
  array b(p.b.data(), p.n);
  array c(p.c.data(), p.n);
  double& result = p.c[0];
  switch (p.what) {
  case core_case::linear: return [=]() mutable { c = 2.0 * a - 4.5 * b; };
  case core_case::square: return [=]() mutable { c = a.square(); };
  case core_case::difference: {
    const array whole(p.a.data(), p.n + 1);
    return [=, n = p.n]() mutable { c = whole.tail(n) - whole.head(n); };
  }
  case core_case::strided: {
    const every_second x(p.a.data(), p.n);
    const every_second y(p.b.data(), p.n);
    return [=]() mutable { c = x - y; };
  }
  case core_case::mixed:
    return [=]() mutable { c = (2.0 * a - 4.5 * b) + 1.1 * (a.sin() + b.cos()); };
  case core_case::exp: return [=]() mutable { c = a.exp(); };
  case core_case::log: return [=]() mutable { c = a.log(); };
  case core_case::pow: return [=]() mutable { c = a.pow(b); };
  case core_case::sum: return [=, &result] { result = a.sum(); };
  case core_case::dot: return [=, &result] { result = a.matrix().dot(b.matrix()); };
  case core_case::argmax:
    return [=, &result] {
      Eigen::Index place = 0;
      a.maxCoeff(&place);
      result = static_cast<double>(place);
    };
  default: return nullptr;
  }
}

class eigen_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "eigen"; }
  std::vector<candidate> make(core_problem& p) override {
    const auto run = p.rows > 1 ? two_dimensional(p) : one_dimensional(p);
    if (!run) return {};
    return {{name(), run}};
  }
};

} // namespace

std::unique_ptr<core_library> make_eigen_core() { return std::make_unique<eigen_core>(); }

} // namespace bench
