// Sums along axes that are rounded as they are added up.
#include "reductions/panel_loop.hpp"
#include "vectors/vector_kernels.hpp"

#include <tessera/core/sums/adjacent_numbers.hpp>

namespace tessera::detail {

namespace {

/// As many outputs as leave room in the first-level cache for what is added to them.
template <class T> inline constexpr index_t most_sums = 16384 / index_t{sizeof(T)};

/// Adds rows to sums side by side, eight of them at once.
struct add_rows_kernel {
  static constexpr index_t rows_at_once = 8;

  template <std::size_t Bytes, class T>
  TESSERA_INLINE static void run(T* sums, const T* values, index_t rows, index_t columns,
                                 index_t step) {
    const index_t whole = columns / lanes<T, Bytes> * lanes<T, Bytes>;
    for (; rows >= rows_at_once; rows -= rows_at_once, values += rows_at_once * step) {
      strip<Bytes, rows_at_once>(sums, values, 0, whole, step);
      strip<sizeof(T), rows_at_once>(sums, values, whole, columns, step);
    }
    for (; rows > 0; --rows, values += step) {
      strip<Bytes, 1>(sums, values, 0, whole, step);
      strip<sizeof(T), 1>(sums, values, whole, columns, step);
    }
  }

private:
  template <class T, std::size_t Bytes>
  static constexpr index_t lanes = static_cast<index_t>(Bytes / sizeof(T));

  template <std::size_t Bytes, index_t Rows, class T>
  TESSERA_INLINE static void strip(T* sums, const T* values, index_t first, index_t last,
                                   index_t step) {
    using vector = vector_of<T, Bytes>;
    for (index_t j = first; j < last; j += lanes<T, Bytes>) {
      auto* const sum = reinterpret_cast<vector*>(sums + j);
      vector added = *reinterpret_cast<const vector*>(values + j);
#pragma GCC unroll 8
      for (index_t r = 1; r < Rows; ++r)
        added += *reinterpret_cast<const vector*>(values + j + r * step);
      *sum += added;
    }
  }
};

template <class T> class fast_consumer {
public:
  explicit fast_consumer(T* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    for (index_t k = 0; k < outputs; ++k) sums_[k] = T{};
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs())
      return run_widest<add_rows_kernel>(sums_, part.data, part.count, outputs_, part.step);
    for (index_t k = 0; k < part.outputs; ++k)
      sums_[k] += fast_sum_of_adjacent(part.data + k * part.output_step, part.count);
  }
  void finish(index_t first, index_t step) {
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = sums_[k];
  }

private:
  T* results_;
  index_t outputs_ = 0;
  T sums_[static_cast<std::size_t>(most_sums<T>)];
};

} // namespace

template <class T> void fast_sum_panels(panel_source& source, T* results) {
  for_parts_of_outputs(source, [results](panel_source& part, index_t first) {
    fast_consumer<T> consumer(results + first);
    panel_loop(part, most_sums<T>).template run<T>(consumer);
  });
}
template void fast_sum_panels<double>(panel_source&, double*);
template void fast_sum_panels<float>(panel_source&, float*);

} // namespace tessera::detail
