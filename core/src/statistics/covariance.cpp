#include <tessera/core/statistics/covariance.hpp>

#include <tessera/core/elements/where.hpp>

#include <cmath>

namespace tessera::detail {

ndarray<double, 2> correlations(ndarray<double, 2> covariances) {
  const index_t n = covariances.shape(0);
  ndarray<double, 1> deviations(shape_t<1>{n});
  for (index_t i = 0; i < n; ++i) deviations(i) = std::sqrt(covariances(i, i));
  for (index_t i = 0; i < n; ++i)
    for (index_t j = 0; j < n; ++j)
      covariances(i, j) =
          minimum(maximum(covariances(i, j) / deviations(i) / deviations(j), -1.0), 1.0);
  return covariances;
}

} // namespace tessera::detail
