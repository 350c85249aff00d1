#include <xtensor/xarray.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnorm.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#include <cstdio>

using xt::all;
using xt::range;
using xt::view;

int main() {
  xt::xtensor<double, 2> points = xt::ones<double>({100, 3}) * 0.5;
  const xt::xtensor<double, 1> origin = {1.0, 2.2, -2.2};
  view(points, range(0, 100, 2), 0) = 4.0;
  const xt::xtensor<double, 2> squares = (points - origin) * (points - origin);
  const xt::xtensor<double, 1> distances =
      xt::sqrt(view(squares, all(), 0) + view(squares, all(), 1) + view(squares, all(), 2));

  xt::xtensor<double, 2> field = xt::zeros<double>({64, 64});
  view(field, range(16, 48), range(16, 48)) = 1.0;
  xt::xtensor<double, 2> next = field;
  auto inner = range(1, 63);
  view(next, inner, inner) =
      view(field, inner, inner) +
      0.1 * (view(field, range(2, 64), inner) + view(field, range(0, 62), inner) +
             view(field, inner, range(2, 64)) + view(field, inner, range(0, 62)) -
             4.0 * view(field, inner, inner));
  const xt::xtensor<double, 2> mixed =
      2.0 * next - 4.5 * field + 1.1 * (xt::sin(next) + xt::cos(field));
  const xt::xtensor<double, 2> positive = xt::where(mixed > 0.0, mixed, 0.0);

  std::printf("%g %g %g %g\n", xt::amax(distances)(), xt::sum(next)(), xt::mean(mixed)(),
              xt::norm_l2(positive)());
}
