// Sums along axes: of floating-point numbers exact, rounded once; of integers modulo 2^64, or in
// 128 bits.
#include "reductions/column_sums.hpp"
#include "vectors/all_numbers.hpp"

#include <tessera/core/sums/integer_total.hpp>

namespace tessera::detail {

namespace {

template <class T, class R> class exact_consumer {
public:
  explicit exact_consumer(R* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    finished_ = false;
    columns_.start(outputs);
  }

  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) return columns_.add(part.data, part.count, part.step);
    finished_ = part.whole && part.count <= one_block;
    index_t k = 0;
    if constexpr (std::is_same_v<T, double>) {
      // The first one finds the window.
      if (finished_ && part.outputs > 1) take_line(part, k++);
      panel<T> others = part;
      others.data += k * part.output_step;
      others.outputs -= k;
      if (finished_ && others.outputs > 0 && lines_(others, values_ + k)) return;
    }
    for (; k < part.outputs; ++k) take_line(part, k);
  }

  void finish(index_t first, index_t step) {
    if (!finished_) {
      columns_.finish();
      if constexpr (std::is_same_v<R, sum_parts>)
        return columns_.round(results_ + first, step);
      else
        columns_.round(values_);
    }
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = values_[k];
  }

private:
  static constexpr index_t one_block = 4096; // of a line, which may be converted on the stack
  static_assert(one_block <= binned_block);

  void take_line(const panel<T>& part, index_t k) {
    const T* const values = part.data + k * part.output_step;
    const index_t count = part.count;
    if constexpr (std::is_same_v<T, double>) {
      const bool goes_on = part.output_step >= count;
      const index_t lines_left = goes_on ? part.outputs - 1 - k : 0;
      take_doubles(values, count, count + lines_left * part.output_step, k);
    } else {
      double converted[one_block];
      for (index_t first = 0; first < count; first += one_block) {
        const index_t n = count - first < one_block ? count - first : one_block;
        for (index_t i = 0; i < n; ++i) converted[i] = static_cast<double>(values[first + i]);
        take_doubles(converted, n, n, k);
      }
    }
  }
  void take_doubles(const double* values, index_t n, index_t readable, index_t k) {
    if (finished_)
      values_[k] = lines_(values, n, readable);
    else
      columns_.add_line(k, values, n);
  }

  R* results_;
  index_t outputs_ = 0;
  bool finished_ = false; // each line was whole, and its sum is known
  R values_[binned_columns::most];
  line_sums<R> lines_;
  column_sums columns_;
};

template <class T, class R> class integer_consumer {
public:
  explicit integer_consumer(R* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    for (index_t k = 0; k < outputs; ++k) sums_[k] = 0;
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) {
      for (index_t r = 0; r < part.count; ++r)
        for (index_t k = 0; k < part.outputs; ++k)
          sums_[k] += static_cast<std::uint64_t>(part.data[r * part.step + k]);
      return;
    }
    for (index_t k = 0; k < part.outputs; ++k) {
      const T* const line = part.data + k * part.output_step;
      std::uint64_t sum = 0;
      for (index_t i = 0; i < part.count; ++i) sum += static_cast<std::uint64_t>(line[i]);
      sums_[k] += sum;
    }
  }
  void finish(index_t first, index_t step) {
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = static_cast<R>(sums_[k]);
  }

private:
  R* results_;
  index_t outputs_ = 0;
  std::uint64_t sums_[most_outputs];
};

/// Integers in sums of 128 bits: of words, the words and their upper halves are added up apart.
template <class T> class total_consumer {
  static constexpr bool is_word = sizeof(T) == sizeof(std::uint64_t);
  static constexpr std::uint64_t sign =
      is_word && std::is_signed_v<T> ? std::uint64_t{1} << 63U : 0;
  static constexpr unsigned half_bits = 32;
  static constexpr index_t most_rows = index_t{1} << 30; // of which no sum of halves overflows

public:
  explicit total_consumer(integer_total* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    for (index_t k = 0; k < outputs; ++k) totals_[k] = {};
    clear();
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) return take_columns(part);
    for (index_t k = 0; k < part.outputs; ++k)
      totals_[k].add(total_of_adjacent(part.data + k * part.output_step, part.count));
  }
  void finish(index_t first, index_t step) {
    if (rows_ > 0) empty();
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = totals_[k];
  }

private:
  void take_columns(const panel<T>& part) {
    if (rows_ + part.count > most_rows) empty();
    rows_ += part.count;
    index_t r = 0;
    for (; r + 4 <= part.count; r += 4) add_rows<4>(part.data + r * part.step, part.step);
    for (; r < part.count; ++r) add_rows<1>(part.data + r * part.step, part.step);
  }

  template <index_t Rows> void add_rows(const T* values, index_t step) {
    for (index_t k = 0; k < outputs_; ++k) {
      std::uint64_t whole = whole_[k];
      std::uint64_t upper = upper_[k];
      for (index_t r = 0; r < Rows; ++r) {
        // A char is a number here.
        const auto x =
            static_cast<std::uint64_t>(values[r * step + k]); // NOLINT(bugprone-signed-char-misuse)
        whole += x;
        if constexpr (is_word) upper += (x ^ sign) >> half_bits;
      }
      whole_[k] = whole;
      if constexpr (is_word) upper_[k] = upper;
    }
  }

  void clear() {
    rows_ = 0;
    for (index_t k = 0; k < outputs_; ++k) whole_[k] = upper_[k] = 0;
  }

  void empty() {
    for (index_t k = 0; k < outputs_; ++k) totals_[k].add(sum_of_column(k));
    clear();
  }

  [[nodiscard]] integer_total sum_of_column(index_t k) const {
    const std::uint64_t whole = whole_[k];
    if constexpr (is_word) return total_of_halves<T>(whole, upper_[k], rows_);
    // Smaller numbers have not overflown 64 bits.
    return {whole, std::is_signed_v<T> && static_cast<std::int64_t>(whole) < 0 ? -1 : 0};
  }

  integer_total* results_;
  index_t outputs_ = 0;
  index_t rows_ = 0; // in the sums below
  std::uint64_t whole_[most_outputs];
  std::uint64_t upper_[most_outputs];
  integer_total totals_[most_outputs];
};

template <class T, class R> auto consumer_of(R* results) {
  if constexpr (std::is_same_v<R, integer_total>)
    return total_consumer<T>(results);
  else if constexpr (std::is_integral_v<T>)
    return integer_consumer<T, R>(results);
  else
    return exact_consumer<T, R>(results);
}

} // namespace

template <class T, class R> void sum_panels(panel_source& source, R* results) {
  // Rows of memory are best read in long pieces.
  constexpr index_t most = std::is_integral_v<T> ? most_outputs : binned_columns::most;
  for_parts_of_outputs(source, [results](panel_source& part, index_t first) {
    auto consumer = consumer_of<T>(results + first);
    panel_loop(part, most_outputs, most).template run<T>(consumer);
  });
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template void sum_panels<T>(panel_source&, integer_total*);                                      \
  template void sum_panels<T>(                                                                     \
      panel_source&, std::conditional_t<std::is_unsigned_v<T>, std::uint64_t, std::int64_t>*);
TESSERA_FOR_ALL_INTEGERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE
template void sum_panels<double>(panel_source&, double*);
template void sum_panels<float>(panel_source&, float*);
template void sum_panels<float>(panel_source&, double*);
template void sum_panels<double>(panel_source&, sum_parts*);
template void sum_panels<float>(panel_source&, sum_parts*);

} // namespace tessera::detail
