/// @file
/// The innermost loop of all stencils whose kernels need not be watched.
///
/// A part of it lies in stencil.cpp.
#pragma once

#include <tessera/core/types/convert.hpp>
#include <tessera/distributed/stencils/kernel_reach.hpp>
#include <tessera/distributed/stencils/stencil_cell.hpp>

#include <tuple>
#include <utility>

namespace tessera::detail {

/// Is a plane so large that its rows come from beyond the cache each time? Then two rows at once
/// are faster, which share what they read; in cache they are slower.
bool is_out_of_cache(index_t bytes);

/// A row of an array that is read, and the distance to the next one.
template <class T, std::size_t N> struct input_row {
  const T* cells;
  neighbourhood<N> around;
  index_t step;

  void advance(index_t rows) { cells += rows * step; }
  /// Cell i of a row below it along the first axis.
  [[nodiscard]] stencil_point<T, N> point(index_t row, index_t i) const {
    return {cells + i, around, row};
  }
};

/// A row of an array that is computed, and the distance to the next one.
template <class T> struct output_row {
  T* cells;
  index_t step;

  void advance(index_t rows) { cells += rows * step; }
  template <class Value> void store(index_t row, index_t i, const Value& value) const {
    cells[row * step + i] = kept<T>(value);
  }
};

/// A kernel and how to get from cells to their neighbours in each array that it reads. It returns
/// one value, or a tuple, pair or array of one value for each array that is computed.
template <class To, class From, std::size_t N, class Kernel> struct stencil_rows;

template <class... To, class... From, std::size_t N, class Kernel>
struct stencil_rows<types<To...>, types<From...>, N, Kernel> {
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr std::size_t inputs = sizeof...(From);
  static constexpr std::size_t operands = outputs + inputs;

  using bound = bound_kernel<N, Kernel, From...>;

  const Kernel& kernel;
  neighbourhood<N> around[inputs];
  block_origin<N> origin{};

  /// Computes cells first <= i < last of the rows R = 0, 1, ... at once: what they read in common
  /// is read once, into registers.
  // Nothing can be thrown out of a loop marked for OpenMP: the program ends there. Kernels that may
  // throw do not come here.
  template <std::size_t... R>
  [[gnu::always_inline]] static void
  compute(const bound& kernel, index_t first, index_t last, std::index_sequence<R...> rows,
          const output_row<To>&... to, const input_row<From, N>&... from) {
#pragma omp simd
    for (index_t i = first; i < last; ++i) compute_cells(kernel, i, rows, to..., from...);
  }

  /// All rows of a plane, for `run_planes`; the arrays that are computed come first.
  static void plane(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
                    const void* stencil) {
    static_cast<const stencil_rows*>(stencil)->run(corners, steps, rows, n,
                                                   std::index_sequence_for<To...>(),
                                                   std::index_sequence_for<From...>());
  }

private:
  template <std::size_t... O, std::size_t... I>
  void run(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
           std::index_sequence<O...>, std::index_sequence<I...>) const {
    run_rows(bound_at<bound>(kernel, origin, corners[0]), rows, n,
             output_row<To>{reinterpret_cast<To*>(corners[O]), steps[O]}...,
             input_row<From, N>{reinterpret_cast<const From*>(corners[outputs + I]), around[I],
                                steps[outputs + I]}...);
  }

  // Rows move on by themselves: computed from their number, they would take registers from the
  // loop. All that the kernel calls must be inlined, however much it is, or nothing is vectorised.
  [[gnu::flatten]] static void run_rows(bound kernel, index_t rows, index_t n, output_row<To>... to,
                                        input_row<From, N>... from) {
    if constexpr (N == 2 && operands == 2) {
      const bool in_pairs = is_out_of_cache(rows * n * index_t{(sizeof(To) + ...)});
      for (; in_pairs && rows > 1; rows -= 2) {
        compute(kernel, 0, n, std::make_index_sequence<2>(), to..., from...);
        kernel.advance(2);
        (to.advance(2), ...);
        (from.advance(2), ...);
      }
    }
    for (; rows > 0; --rows) {
      compute(kernel, 0, n, std::make_index_sequence<1>(), to..., from...);
      kernel.advance(1);
      (to.advance(1), ...);
      (from.advance(1), ...);
    }
  }

  // Temporaries in the loop itself would keep the last cells of a row from being vectorised.
  template <std::size_t... R>
  [[gnu::always_inline]] static void
  compute_cells(const bound& kernel, index_t i, std::index_sequence<R...> rows,
                const output_row<To>&... to, const input_row<From, N>&... from) {
    store(i, rows, to..., kernel_at(kernel, static_cast<index_t>(R), i, from...)...);
  }

  [[gnu::always_inline]] static auto kernel_at(const bound& kernel, index_t row, index_t i,
                                               const input_row<From, N>&... from) {
    return kernel.at(row, i, from.point(row, i)...);
  }

  /// One value for each row.
  template <std::size_t... R, class... Values>
  [[gnu::always_inline]] static void store(index_t i, std::index_sequence<R...>,
                                           const output_row<To>&... to, const Values&... values) {
    (store_in_row(static_cast<index_t>(R), i, values, std::index_sequence_for<To...>(), to...),
     ...);
  }
  template <class Values, std::size_t... O>
  [[gnu::always_inline]] static void store_in_row(index_t row, index_t i, const Values& values,
                                                  std::index_sequence<O...>,
                                                  const output_row<To>&... to) {
    if constexpr (outputs == 1)
      (to.store(row, i, values), ...);
    else
      (to.store(row, i, std::get<O>(values)), ...);
  }
};

} // namespace tessera::detail
