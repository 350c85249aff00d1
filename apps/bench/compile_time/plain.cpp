#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

constexpr int n = 64;

double& at(std::vector<double>& v, int i, int j) { return v[static_cast<std::size_t>(i * n + j)]; }

int main() {
  std::vector<double> points(300, 0.5);
  const double origin[3] = {1.0, 2.2, -2.2};
  double largest = 0;
  for (int i = 0; i < 100; ++i) {
    if (i % 2 == 0) points[static_cast<std::size_t>(3 * i)] = 4.0;
    double sum = 0;
    for (int k = 0; k < 3; ++k) {
      const double d = points[static_cast<std::size_t>(3 * i + k)] - origin[k];
      sum += d * d;
    }
    largest = std::max(largest, std::sqrt(sum));
  }

  std::vector<double> field(n * n, 0.0);
  for (int i = 16; i < 48; ++i)
    for (int j = 16; j < 48; ++j) at(field, i, j) = 1.0;
  std::vector<double> next = field;
  for (int i = 1; i < n - 1; ++i)
    for (int j = 1; j < n - 1; ++j)
      at(next, i, j) =
          at(field, i, j) + 0.1 * (at(field, i + 1, j) + at(field, i - 1, j) + at(field, i, j + 1) +
                                   at(field, i, j - 1) - 4.0 * at(field, i, j));
  double total = 0;
  double mean = 0;
  double squares = 0;
  for (std::size_t k = 0; k < next.size(); ++k) {
    const double mixed =
        2.0 * next[k] - 4.5 * field[k] + 1.1 * (std::sin(next[k]) + std::cos(field[k]));
    total += next[k];
    mean += mixed / static_cast<double>(n * n);
    squares += mixed > 0.0 ? mixed * mixed : 0.0;
  }
  std::printf("%g %g %g %g\n", largest, total, mean, std::sqrt(squares));
}
