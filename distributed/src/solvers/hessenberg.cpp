#include <tessera/distributed/solvers/hessenberg.hpp>

#include <cmath>

namespace tessera::detail {

void hessenberg_system::restart(double beta) {
  sines_.clear();
  cosines_.clear();
  right_ = {beta};
}

double hessenberg_system::add(const std::vector<double>& column) {
  const std::size_t k = size();
  std::vector<double> h = column;
  for (std::size_t i = 0; i < k; ++i) {
    const double upper = cosines_[i] * h[i] + sines_[i] * h[i + 1];
    h[i + 1] = cosines_[i] * h[i + 1] - sines_[i] * h[i];
    h[i] = upper;
  }
  const double length = std::sqrt(h[k] * h[k] + h[k + 1] * h[k + 1]);
  cosines_.push_back(length > 0 ? h[k] / length : 1.0);
  sines_.push_back(length > 0 ? h[k + 1] / length : 0.0);
  h[k] = length;
  for (std::size_t i = 0; i <= k; ++i) at(i, k) = h[i];
  // A column of zeros takes nothing away.
  if (length == 0) return std::abs(right_[k]);
  right_.push_back(-sines_[k] * right_[k]);
  right_[k] *= cosines_[k];
  return std::abs(right_[k + 1]);
}

bool hessenberg_system::is_singular() const {
  for (std::size_t k = 0; k < size(); ++k)
    if (at(k, k) == 0) return true;
  return false;
}

std::vector<double> hessenberg_system::solution() const {
  const std::size_t n = size();
  std::vector<double> y(n);
  for (std::size_t i = n; i-- > 0;) {
    double rest = right_[i];
    for (std::size_t k = i + 1; k < n; ++k) rest -= at(i, k) * y[k];
    y[i] = at(i, i) != 0 ? rest / at(i, i) : 0.0;
  }
  return y;
}

} // namespace tessera::detail
