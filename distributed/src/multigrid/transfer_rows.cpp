#include "multigrid/grid_rows.hpp"

#include <algorithm>

namespace tessera::detail {

template <class T>
void prolong_rows(const std::vector<axis_transfer>& axes, const grid_part<const T>& coarse,
                  const grid_part<T>& fine) {
  const std::size_t ndim = axes.size();
  const auto& last = axes.back().up();
  if (last.empty()) return;
  summed_row<T> row(coarse, ndim, last.front().first, last.back().first + 2);
  const last_axis_up<T> along(axes.back());
  std::vector<index_t> firsts(ndim);
  const std::vector<index_t> counts(ndim, 2);
  for_grid_rows(fine.shape, ndim, [&](const std::vector<index_t>& at) {
    const auto place = [&](std::size_t d) { return axes[d].up()[static_cast<std::size_t>(at[d])]; };
    for (std::size_t d = 0; d + 1 < ndim; ++d) firsts[d] = place(d).first;
    row.sum(firsts, counts, [&](std::size_t d, index_t k) {
      return k == 0 ? 1.0 - place(d).weight : place(d).weight;
    });
    along.add(row_at(fine, at), row.at(0));
  });
}

template <class T>
void restrict_rows(const std::vector<axis_transfer>& axes, const grid_part<const T>& fine,
                   const grid_part<T>& coarse) {
  const std::size_t ndim = axes.size();
  const auto& last = axes.back().down();
  if (last.empty()) return;
  const auto end_of = [](const axis_transfer::gathered& from) {
    return from.first + static_cast<index_t>(from.weights.size());
  };
  index_t end = last.front().first;
  for (const auto& from : last) end = std::max(end, end_of(from));
  summed_row<T> row(fine, ndim, last.front().first, end);
  std::vector<index_t> firsts(ndim);
  std::vector<index_t> counts(ndim);
  for_grid_rows(coarse.shape, ndim, [&](const std::vector<index_t>& at) {
    const auto from = [&](std::size_t d) -> const axis_transfer::gathered& {
      return axes[d].down()[static_cast<std::size_t>(at[d])];
    };
    for (std::size_t d = 0; d + 1 < ndim; ++d) {
      firsts[d] = from(d).first;
      counts[d] = static_cast<index_t>(from(d).weights.size());
    }
    row.sum(firsts, counts,
            [&](std::size_t d, index_t k) { return from(d).weights[static_cast<std::size_t>(k)]; });
    T* const to = row_at(coarse, at);
    for (std::size_t j = 0; j < last.size(); ++j) {
      const T* const values = row.at(last[j].first);
      T sum{};
      for (std::size_t k = 0; k < last[j].weights.size(); ++k)
        sum += static_cast<T>(last[j].weights[k]) * values[k];
      to[j] = sum;
    }
  });
}

template void prolong_rows(const std::vector<axis_transfer>&, const grid_part<const double>&,
                           const grid_part<double>&);
template void prolong_rows(const std::vector<axis_transfer>&, const grid_part<const float>&,
                           const grid_part<float>&);
template void restrict_rows(const std::vector<axis_transfer>&, const grid_part<const double>&,
                            const grid_part<double>&);
template void restrict_rows(const std::vector<axis_transfer>&, const grid_part<const float>&,
                            const grid_part<float>&);

} // namespace tessera::detail
