/// @file
/// Copies between strided or listed regions of memory, prepared once and run many times.
#pragma once

#include <tessera/core/copies/place_list.hpp>
#include <tessera/core/shape.hpp>

#include <vector>

namespace tessera::detail {

/// Elements in memory: the first one's distance from some base, and steps, in elements. Where
/// places are listed, they stand for the steps along the first axis, and are as many as it is long.
struct region {
  index_t offset = 0;
  std::vector<index_t> shape;
  std::vector<index_t> strides;
  place_list places = {};

  [[nodiscard]] index_t size() const;
  /// Do the elements follow each other, the last axis fastest?
  [[nodiscard]] bool is_contiguous() const;
  /// How many elements follow each other in memory before a gap, whatever the order of the axes; on
  /// average, where places are listed.
  [[nodiscard]] index_t longest_stretch() const;
};

/// A region of the same shape without gaps, from `offset` on.
region packed(const std::vector<index_t>& shape, index_t offset);
/// Elements at the listed places; without a list where these ascend in equal steps.
region listed(const std::vector<index_t>& places);

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
  /// The first axis, where places along it are listed.
  struct listed_axis {
    place_list to;
    place_list from;
    index_t to_step = 0; // in bytes, where there is no list
    index_t from_step = 0;
    index_t item = 0; // bytes that places count
    index_t count = 0;
  };
  /// Places that follow each other on both sides, in bytes.
  struct run_of_places {
    index_t to;
    index_t from;
    index_t count;
  };
  void list_first_axis(const region& to, const region& from, index_t itemsize);
  void find_runs();
  void run_one(std::byte* to, const std::byte* from) const;
  void run_listed(std::byte* to, const std::byte* from) const;
  template <class See> void for_each_place(See&& see) const;
  void combine_from(std::size_t depth, std::byte* to, const std::byte* from) const;

  listed_axis listed_; // a count of 0: there is none
  std::vector<run_of_places> runs_;
  std::vector<copy_loop> loops_; // outermost first; of one place, where they are listed
  combine_row combine_ = nullptr;
  index_t item_ = 0; // bytes copied as one
  index_t to_offset_ = 0;
  index_t from_offset_ = 0;
  index_t bytes_ = 0;
};

} // namespace tessera::detail
