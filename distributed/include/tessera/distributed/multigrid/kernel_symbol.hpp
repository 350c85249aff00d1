/// @file
/// What a stencil of constant coefficients does to some known arrays: its diagonal, and bounds.
#pragma once

#include <tessera/distributed/stencils/stencil.hpp>

#include <vector>

namespace tessera::detail {

/// What smoothers must know of an operator.
struct kernel_symbol {
  double diagonal = 0.0;
  double highest = 0.0;         ///< of the values for arrays that alternate along some of the axes
  double of_constant = 0.0;     ///< for an array of ones
  double of_zero = 0.0;         ///< other than 0 where the operator is not linear
  bool is_two_coloured = false; ///< reads the cell itself and cells of the other colour alone
};
/// @throws argument_error on all ranks: not linear, or a diagonal that is not positive.
void check_symbol(const kernel_symbol& symbol);

/// The kernel for one cell of an array of known values.
template <class T, std::size_t N> class kernel_sample {
public:
  kernel_sample() {
    index_t step = 1;
    for (std::size_t d = N; d-- > 0; step *= side) around_.strides[d] = step;
    around_.reach = halo<N>(reach);
    cells_.resize(static_cast<std::size_t>(step));
  }
  /// `value(offsets)` is what the array holds there.
  template <class Kernel, class Value> double operator()(const Kernel& kernel, const Value& value) {
    index_t center = 0;
    for (std::size_t d = 0; d < N; ++d) center += reach * around_.strides[d];
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      shape_t<N> offset{};
      auto rest = static_cast<index_t>(c);
      for (std::size_t d = N; d-- > 0; rest /= side) offset[d] = rest % side - reach;
      cells_[c] = static_cast<T>(value(offset));
    }
    reach_record<N> record;
    const auto image = kernel(stencil_point<T, N>(cells_.data() + center, around_, 0, &record));
    return static_cast<double>(image);
  }

private:
  static constexpr index_t reach = 3;
  static constexpr index_t side = 2 * reach + 1;
  std::vector<T> cells_;
  neighbourhood<N> around_;
};

template <std::size_t N> index_t sum_of_offsets(const shape_t<N>& offset) {
  index_t sum = 0;
  for (const index_t o : offset) sum += o < 0 ? -o : o;
  return sum;
}

template <class T, std::size_t N, class Kernel> kernel_symbol symbol_of(const Kernel& kernel) {
  kernel_sample<T, N> sample;
  kernel_symbol result;
  result.of_zero = sample(kernel, [](const shape_t<N>&) { return 0.0; });
  result.of_constant = sample(kernel, [](const shape_t<N>&) { return 1.0; });
  result.diagonal =
      sample(kernel, [](const shape_t<N>& o) { return sum_of_offsets(o) == 0 ? 1.0 : 0.0; });
  for (unsigned axes = 0; axes < (1U << N); ++axes) {
    const double value = sample(kernel, [axes](const shape_t<N>& o) {
      index_t steps = 0;
      for (std::size_t d = 0; d < N; ++d)
        if ((axes >> d & 1U) != 0) steps += o[d];
      return steps % 2 == 0 ? 1.0 : -1.0;
    });
    result.highest = value > result.highest ? value : result.highest;
  }
  // Different values, so that nothing cancels.
  const double same_colour = sample(kernel, [](const shape_t<N>& o) {
    double value = 1.0;
    for (const index_t each : o) value = 1.7 * value + static_cast<double>(each);
    return sum_of_offsets(o) > 0 && sum_of_offsets(o) % 2 == 0 ? value : 0.0;
  });
  result.is_two_coloured = same_colour == 0.0;
  return result;
}

} // namespace tessera::detail
