#include <Eigen/Dense>

#include <cstdio>

using Eigen::last;
using Eigen::seq;

int main() {
  Eigen::ArrayXXd points = Eigen::ArrayXXd::Constant(100, 3, 0.5);
  Eigen::Array3d origin(1.0, 2.2, -2.2);
  points(Eigen::seq(0, last, 2), 0) = 4.0;
  const Eigen::ArrayXXd squares = (points.rowwise() - origin.transpose()).square();
  const Eigen::ArrayXd distances = (squares.col(0) + squares.col(1) + squares.col(2)).sqrt();

  Eigen::ArrayXXd field = Eigen::ArrayXXd::Zero(64, 64);
  field(seq(16, 47), seq(16, 47)) = 1.0;
  Eigen::ArrayXXd next = field;
  const auto inner = seq(1, 62);
  next(inner, inner) =
      field(inner, inner) +
      0.1 * (field(seq(2, 63), inner) + field(seq(0, 61), inner) + field(inner, seq(2, 63)) +
             field(inner, seq(0, 61)) - 4.0 * field(inner, inner));
  const Eigen::ArrayXXd mixed = 2.0 * next - 4.5 * field + 1.1 * (next.sin() + field.cos());
  const Eigen::ArrayXXd positive = (mixed > 0.0).select(mixed, 0.0);

  std::printf("%g %g %g %g\n", distances.maxCoeff(), next.sum(), mixed.mean(),
              positive.matrix().norm());
}
