// Goes through all lines of an array, some at a time.
#pragma once

#include <tessera/core/transforms/axis_transform.hpp>

#include <vector>

namespace tessera::detail {

/// The lines of an axis_transform in blocks, those that lie beside each other together.
class line_walk {
public:
  /// Blocks of at most so many lines. Where lines lie side by side, blocks begin with whole lines
  /// of the cache: `item` is the size of an element of `base`.
  line_walk(const axis_transform& what, index_t most, index_t item, const void* base);

  /// Goes to the next block; false after the last one.
  bool next();
  [[nodiscard]] index_t count() const { return static_cast<index_t>(from_.size()); }
  /// The first elements of the block's lines, from the arrays' first.
  [[nodiscard]] const index_t* from() const { return from_.data(); }
  [[nodiscard]] const index_t* to() const { return to_.data(); }
  /// Does each line of the block begin one element after the one before?
  [[nodiscard]] bool from_is_adjacent() const { return from_is_adjacent_; }
  [[nodiscard]] bool to_is_adjacent() const { return to_is_adjacent_; }

private:
  struct loop {
    index_t count;
    index_t from_step;
    index_t to_step;
    index_t at;
  };
  void advance();
  [[nodiscard]] index_t next_count() const;

  std::vector<loop> loops_; // fastest first
  index_t most_;
  index_t skew_ = 0; // elements before a cache line begins
  index_t per_line_ = 1;
  index_t left_ = 1;
  index_t from_at_ = 0;
  index_t to_at_ = 0;
  std::vector<index_t> from_;
  std::vector<index_t> to_;
  bool from_is_adjacent_ = false;
  bool to_is_adjacent_ = false;
};

} // namespace tessera::detail
