/// @file
/// Copies between strided regions of memory, prepared once and run many times.
#pragma once

#include <tessera/core/shape.hpp>

#include <vector>

namespace tessera::detail {

/// Elements in memory: the first one's distance from some base, and steps, in elements.
struct region {
  index_t offset = 0;
  std::vector<index_t> shape;
  std::vector<index_t> strides;

  [[nodiscard]] index_t size() const;
  /// Do the elements follow each other, the last axis fastest?
  [[nodiscard]] bool is_contiguous() const;
  /// How many elements follow each other in memory before a gap, whatever the order of the axes.
  [[nodiscard]] index_t longest_stretch() const;
};

/// A region of the same shape without gaps, from `offset` on.
region packed(const std::vector<index_t>& shape, index_t offset);

/// Changes n elements by as many others, in place of copying them; steps in bytes.
using combine_row = void (*)(std::byte* to, index_t to_step, const std::byte* from,
                             index_t from_step, index_t n);

/// One loop around the others; steps in bytes.
struct copy_loop {
  index_t count;
  index_t to_step;
  index_t from_step;
};

/// Copies one region to another of the same shape, or combines it with what is there. The loops are
/// arranged when it is made; running it allocates nothing.
class strided_copy {
public:
  strided_copy(const region& to, const region& from, index_t itemsize,
               combine_row combine = nullptr);

  /// Copies between the memory that starts at the two bases; the regions must not overlap.
  void run(std::byte* to, const std::byte* from) const;
  [[nodiscard]] index_t bytes() const { return bytes_; }

private:
  void combine_from(std::size_t depth, std::byte* to, const std::byte* from) const;

  std::vector<copy_loop> loops_; // outermost first
  combine_row combine_ = nullptr;
  index_t item_ = 0; // bytes copied as one
  index_t to_offset_ = 0;
  index_t from_offset_ = 0;
  index_t bytes_ = 0;
};

} // namespace tessera::detail
