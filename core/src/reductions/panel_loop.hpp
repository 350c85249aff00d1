// The loops of reductions along axes: panels of some outputs by some of what is reduced.
//
// Each output is reduced from elements of its own, which are a line where they are adjacent. Where
// a panel is evaluated, either its lines are adjacent or its outputs are: rows of as many elements
// as there are outputs, along which vectors run.
#pragma once

#include "reductions/panel_box.hpp"

#include <tessera/core/memory.hpp>

namespace tessera::detail {

/// How the elements of a panel lie in memory.
struct panel_layout {
  index_t outputs;
  index_t count;       ///< elements to reduce, of each output
  index_t output_step; ///< in elements, from one output to the next
  index_t step;        ///< in elements, from one element to the next of the same output
  index_t first;       ///< position of the first element along the innermost reduced axis
  bool whole;          ///< this is all that is to be reduced

  /// A single output may be the last one of such.
  [[nodiscard]] bool adjacent_outputs() const {
    return output_step == 1 && (outputs > 1 || step != 1);
  }
};

/// A part of an array. Elements are adjacent along one of the two directions at least.
template <class T> struct panel : panel_layout { const T* data; };

/// The largest number of outputs that are worked at at once.
inline constexpr index_t most_outputs = 256;

/// Chooses panels by the strides of the first leaf: the axes whose elements are nearest in memory
/// are innermost, one kept (the output axis) and one reduced (the count axis). Expressions and
/// doubly strided arrays are evaluated into a buffer in the cache; others are read where they are.
class panel_loop {
public:
  /// Works at so many outputs at once; at more of them, where they are side by side and read in
  /// place.
  explicit panel_loop(panel_source& source, index_t most = most_outputs, index_t most_in_place = 0);

  /// consumer.start(outputs), then consumer.take(panel) until all is reduced, then
  /// consumer.finish(first output, step of outputs); and so for all outputs.
  template <class T, class Consumer> void run(Consumer& consumer) {
    if (empty_) return;
    do {
      for (index_t k = 0; k < outputs_; k += outputs_at_once_) {
        const index_t n = outputs_ - k < outputs_at_once_ ? outputs_ - k : outputs_at_once_;
        consumer.start(n);
        if (!nothing_to_reduce_) reduce<T>(consumer, k, n);
        consumer.finish(result_ + k * result_step_, result_step_);
      }
    } while (next_output());
  }

private:
  /// All panels of the outputs from first_output on.
  template <class T, class Consumer>
  void reduce(Consumer& consumer, index_t first_output, index_t outputs) {
    do {
      for (index_t i = 0; i < count_; i += count_at_once_) {
        const index_t n = count_ - i < count_at_once_ ? count_ - i : count_at_once_;
        panel<T> part{{outputs, n, 0, 0, i, whole_ && n == count_}, nullptr};
        part.data = reinterpret_cast<const T*>(load(first_output, part));
        consumer.take(part);
      }
    } while (next_reduced());
  }

  std::size_t innermost(std::size_t first, std::size_t last) const;
  void choose_direction();
  void choose_sizes();
  /// Finds out where the panel's elements are, or evaluates them, and says with what steps.
  const std::byte* load(index_t first_output, panel_layout& part);
  bool next_output();
  bool next_reduced();
  bool advance(std::size_t first, std::size_t last, std::size_t inner);
  /// Elements of the first leaf from one place along an axis to the next; 0 without either.
  [[nodiscard]] index_t leaf_step(std::size_t axis) const;

  static constexpr std::size_t no_axis = max_ndim;

  panel_source& source_;
  index_t most_;
  index_t most_in_place_;
  std::size_t output_axis_ = no_axis; ///< the innermost of those that are kept
  std::size_t count_axis_ = no_axis;  ///< the innermost of those that are reduced
  index_t outputs_ = 1;               ///< along the output axis
  index_t outputs_at_once_ = 1;
  index_t count_ = 1; ///< along the count axis
  index_t count_at_once_ = 1;
  index_t result_ = 0;      ///< where the output at the position is among the results
  index_t result_step_ = 0; ///< from there to that of the next along the output axis
  index_t result_strides_[max_ndim]{};
  /// Panels have their outputs side by side, and vectors run along them; otherwise every output is
  /// a line of adjacent elements.
  bool outputs_adjacent_ = false;
  bool in_place_ = false; ///< panels are read where they lie in the only leaf
  bool whole_ = true;     ///< there is one reduced axis at most
  bool empty_ = false;
  bool nothing_to_reduce_ = false;
  index_t position_[max_ndim]{}; ///< along all axes, of the panel's first element
  panel_box box_;
  buffer staged_;
};

} // namespace tessera::detail
