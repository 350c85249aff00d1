// Smallest and largest elements along axes, and where they are; products.
#include "reductions/panel_loop.hpp"
#include "vectors/all_numbers.hpp"

#include <tessera/core/sums/adjacent_numbers.hpp>

#include <limits>

namespace tessera::detail {

namespace {

/// A NaN is better than any number, and the first of equals is the best.
template <bool Largest, class T> bool is_better(const T& x, const T& best) {
  if constexpr (std::is_floating_point_v<T>)
    if (x != x) return best == best;
  return Largest ? x > best : x < best;
}

/// Of all zeros +0, of all NaN one: whichever came first or last.
template <class T> T canonical(T x) {
  if (x != x) return std::numeric_limits<T>::quiet_NaN();
  return x == T{} ? T{} : x;
}

template <bool Largest, class T> class extremum_consumer {
public:
  explicit extremum_consumer(T* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    started_ = false;
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) {
      if (!started_)
        for (index_t k = 0; k < outputs_; ++k) best_[k] = part.data[k];
      for (index_t r = 0; r < part.count; ++r) take_row(part.data + r * part.step);
    } else {
      for (index_t k = 0; k < outputs_; ++k) {
        const T found = extremum_of_adjacent<Largest>(part.data + k * part.output_step, part.count);
        if (!started_ || is_better<Largest>(found, best_[k])) best_[k] = found;
      }
    }
    started_ = true;
  }
  void finish(index_t first, index_t step) {
    for (index_t k = 0; k < outputs_; ++k) results_[first + k * step] = canonical(best_[k]);
  }

private:
  void take_row(const T* row) {
    for (index_t k = 0; k < outputs_; ++k) {
      const T x = row[k];
      const T best = best_[k];
      // A NaN in `best` compares with nothing, and stays.
      const bool wins = Largest ? x > best : x < best;
      best_[k] = wins | (x != x) ? x : best;
    }
  }

  T* results_;
  index_t outputs_ = 0;
  bool started_ = false;
  T best_[most_outputs];
};

template <bool Largest, class T> class position_consumer {
public:
  position_consumer(index_t* results, T* values) : results_(results), values_(values) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    started_ = false;
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) {
      index_t r = 0;
      if (!started_) take_first(part.data);
      for (r = started_ ? 0 : 1; r < part.count; ++r)
        take_row(part.data + r * part.step, part.first + r);
    } else {
      for (index_t k = 0; k < outputs_; ++k) {
        const T* const line = part.data + k * part.output_step;
        const index_t i = position_of_extremum<Largest>(line, part.count);
        if (started_ && !is_better<Largest>(line[i], best_[k])) continue;
        best_[k] = line[i];
        position_[k] = part.first + i;
      }
    }
    started_ = true;
  }
  void finish(index_t first, index_t step) {
    for (index_t k = 0; k < outputs_; ++k) {
      results_[first + k * step] = position_[k];
      if (values_ != nullptr) values_[first + k * step] = best_[k];
    }
  }

private:
  void take_first(const T* row) {
    for (index_t k = 0; k < outputs_; ++k) {
      best_[k] = row[k];
      position_[k] = 0;
    }
  }
  void take_row(const T* row, index_t at) {
    for (index_t k = 0; k < outputs_; ++k) {
      const T x = row[k];
      const T best = best_[k];
      const bool wins = (Largest ? x > best : x < best) | ((x != x) & (best == best));
      best_[k] = wins ? x : best;
      position_[k] = wins ? at : position_[k];
    }
  }

  index_t* results_;
  T* values_;
  index_t outputs_ = 0;
  bool started_ = false;
  T best_[most_outputs];
  index_t position_[most_outputs];
};

/// Integers wrap around in 64 bits, floating-point numbers are multiplied one after another.
template <class T, class R> class product_consumer {
  using wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;

public:
  explicit product_consumer(R* results) : results_(results) {}

  void start(index_t outputs) {
    outputs_ = outputs;
    for (index_t k = 0; k < outputs; ++k) products_[k] = wide{1};
  }
  void take(const panel<T>& part) {
    if (part.adjacent_outputs()) {
      for (index_t r = 0; r < part.count; ++r)
        for (index_t k = 0; k < part.outputs; ++k)
          products_[k] *= static_cast<wide>(part.data[r * part.step + k]);
      return;
    }
    for (index_t k = 0; k < part.outputs; ++k)
      for (index_t i = 0; i < part.count; ++i)
        products_[k] *= static_cast<wide>(part.data[k * part.output_step + i]);
  }
  void finish(index_t first, index_t step) {
    for (index_t k = 0; k < outputs_; ++k)
      results_[first + k * step] = static_cast<R>(products_[k]);
  }

private:
  R* results_;
  index_t outputs_ = 0;
  wide products_[most_outputs];
};

} // namespace

template <class T, class R> void product_panels(panel_source& source, R* results) {
  product_consumer<T, R> consumer(results);
  panel_loop(source).run<T>(consumer);
}

template <bool Largest, class T> void extremum_panels(panel_source& source, T* results) {
  for_parts_of_outputs(source, [results](panel_source& part, index_t first) {
    extremum_consumer<Largest, T> consumer(results + first);
    panel_loop(part).run<T>(consumer);
  });
}

template <bool Largest, class T>
void extremum_position_panels(panel_source& source, index_t* results, T* values) {
  for_parts_of_outputs(source, [results, values](panel_source& part, index_t first) {
    T* const extrema = values == nullptr ? nullptr : values + first;
    position_consumer<Largest, T> consumer(results + first, extrema);
    panel_loop(part).run<T>(consumer);
  });
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template void extremum_panels<false>(panel_source&, T*);                                         \
  template void extremum_panels<true>(panel_source&, T*);                                          \
  template void extremum_position_panels<false>(panel_source&, index_t*, T*);                      \
  template void extremum_position_panels<true>(panel_source&, index_t*, T*);
TESSERA_FOR_ALL_NUMBERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE

#define TESSERA_INSTANTIATE(T)                                                                     \
  template void product_panels<T>(                                                                 \
      panel_source&, std::conditional_t<std::is_unsigned_v<T>, std::uint64_t, std::int64_t>*);
TESSERA_FOR_ALL_INTEGERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE
template void product_panels<float>(panel_source&, float*);
template void product_panels<double>(panel_source&, double*);

} // namespace tessera::detail
