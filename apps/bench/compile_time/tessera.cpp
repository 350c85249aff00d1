#include <tessera/core.hpp>

#include <cstdio>

using namespace tessera;

// Points around an origin, a field and its differences, and some statistics.
int main() {
  ndarray<double, 2> points(shape_t<2>{100, 3}, 0.5);
  const ndarray<double, 1> origin = {1.0, 2.2, -2.2};
  points(slice(none, none, 2), 0) = 4.0;
  const ndarray squares = (points - origin) * (points - origin);
  const ndarray distances = sqrt(squares(all, 0) + squares(all, 1) + squares(all, 2));

  auto field = zeros<double>(64, 64);
  field(slice(16, 48), slice(16, 48)) = 1.0;
  ndarray next = field;
  const slice inner(1, -1);
  next(inner, inner) =
      field(inner, inner) + 0.1 * (field(slice(2, none), inner) + field(slice(none, -2), inner) +
                                   field(inner, slice(2, none)) + field(inner, slice(none, -2)) -
                                   4.0 * field(inner, inner));
  const ndarray mixed = 2.0 * next - 4.5 * field + 1.1 * (sin(next) + cos(field));
  const ndarray positive = where(mixed > 0.0, mixed, 0.0);

  std::printf("%g %g %g %g\n", max(distances), sum(next), mean(mixed), norm(positive));
}
