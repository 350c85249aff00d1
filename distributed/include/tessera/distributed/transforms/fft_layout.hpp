/// @file
/// Which axes stay undivided while lines along them are transformed.
#pragma once

#include <tessera/core/transforms/fft_steps.hpp>
#include <tessera/distributed/global_array.hpp>

namespace tessera::detail {

/// Changes the numbers of ranks along the axes so that `axis` is not divided: its ranks go to
/// another axis, if possible to one that is long enough, along which no `later` step goes, and
/// which is not divided yet. So each rank exchanges elements with few others, or with all where
/// there is no such axis.
void undivide_axis(std::size_t ndim, const index_t* shape, int ranks, std::size_t axis,
                   const bool* later, int* dims);

/// @throws shape_error, argument_error on all ranks unless the transform's result has the target's
/// shape, and both arrays have the same ranks.
void check_fft_target(const char* name, const index_t* result, const index_t* target,
                      std::size_t ndim, bool same_ranks);

/// The axes of the steps from number `first` on.
template <std::size_t N>
std::array<bool, N> axes_of_steps(const fft_step* steps, std::size_t first, std::size_t count) {
  std::array<bool, N> result{};
  for (std::size_t k = first; k < count; ++k) result[steps[k].axis] = true;
  return result;
}

/// The distribution like another one in which the axis of step `k` is not divided, and if possible
/// those of later steps.
template <std::size_t N>
distribution<N> undivided(const distribution<N>& from, int ranks, const fft_step* steps,
                          std::size_t k, std::size_t count) {
  grid_dims<N> dims = from.dims();
  const auto later = axes_of_steps<N>(steps, k + 1, count);
  const shape_t<N> shape = from.shape();
  undivide_axis(N, shape.data(), ranks, steps[k].axis, later.data(), dims.data());
  return distribution<N>(shape, dims);
}

/// The distribution after a step: of the same axes but one, which is not divided.
template <std::size_t N>
distribution<N> after_step(const distribution<N>& from, const fft_step& step) {
  auto axes = from.axes();
  axes[step.axis] = axis_distribution(step.result, axes[step.axis].parts());
  return distribution<N>(axes);
}

/// The same, where a step may leave the size of its axis as it is.
template <std::size_t N>
distribution<N> after_step_of(const distribution<N>& from, const fft_step& step, bool stays) {
  return stays ? from : after_step(from, step);
}

} // namespace tessera::detail
