// The loops of reductions along axes: panels of some outputs by some of what is reduced.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/reductions/panels.hpp>

namespace tessera::detail {

/// A part of an array. Elements are adjacent along one of the two directions at least.
template <class T> struct panel {
  const T* data;
  index_t outputs;
  index_t count;       ///< elements to reduce, of each output
  index_t output_step; ///< in elements, from one output to the next
  index_t step;        ///< in elements, from one element to the next of the same output
  index_t first;       ///< position of the first element along the innermost reduced axis
  bool whole;          ///< this is all that is to be reduced

  [[nodiscard]] bool adjacent_outputs() const { return output_step == 1 && outputs > 1; }
};

/// The largest number of outputs that are worked at at once.
inline constexpr index_t most_outputs = 256;

/// Chooses panels by the strides of the first leaf: the axes whose elements are nearest in memory
/// are innermost, one kept and one reduced. Expressions and doubly strided arrays are evaluated
/// into a buffer in the cache; others are read where they are.
class panel_loop {
public:
  explicit panel_loop(panel_source& source);

  /// consumer.start(outputs), then consumer.take(panel) until all is reduced, then
  /// consumer.finish(first output, step of outputs); and so for all outputs.
  template <class T, class Consumer> void run(Consumer& consumer) {
    if (empty_) return;
    do {
      for (index_t k = 0; k < outputs_; k += outputs_at_once_) {
        const index_t m = outputs_ - k < outputs_at_once_ ? outputs_ - k : outputs_at_once_;
        consumer.start(m);
        if (!nothing_to_reduce_) reduce<T>(consumer, k, m);
        consumer.finish(output_ + k * output_stride_, output_stride_);
      }
    } while (next_output());
  }

private:
  template <class T, class Consumer> void reduce(Consumer& consumer, index_t k, index_t m) {
    do {
      for (index_t r = 0; r < count_; r += count_at_once_) {
        const index_t n = count_ - r < count_at_once_ ? count_ - r : count_at_once_;
        panel<T> part{nullptr, m, n, 0, 0, r, whole_ && n == count_};
        part.data = reinterpret_cast<const T*>(load(k, m, r, n, part.output_step, part.step));
        consumer.take(part);
      }
    } while (next_reduced());
  }

  void join_axes();
  std::size_t innermost(std::size_t first, std::size_t last) const;
  void choose_sizes();
  const std::byte* load(index_t k, index_t m, index_t r, index_t n, index_t& output_step,
                        index_t& step);
  bool next_output();
  bool next_reduced();
  bool advance(std::size_t first, std::size_t last, std::size_t inner);
  [[nodiscard]] index_t stride(std::size_t leaf, std::size_t axis) const;

  static constexpr std::size_t no_axis = max_ndim;

  panel_source& source_;
  std::size_t output_axis_ = no_axis;
  std::size_t count_axis_ = no_axis;
  index_t outputs_ = 1;
  index_t outputs_at_once_ = 1;
  index_t output_ = 0;
  index_t output_stride_ = 0;
  index_t count_ = 1;
  index_t count_at_once_ = 1;
  bool across_ = false; ///< outputs are nearer to each other than what is reduced
  bool turned_ = false; ///< although they are not
  bool whole_ = true;   ///< there is one reduced axis at most
  bool empty_ = false;
  bool nothing_to_reduce_ = false;
  index_t position_[max_ndim]{};
  index_t output_strides_[max_ndim]{};
  buffer staged_;
};

} // namespace tessera::detail
