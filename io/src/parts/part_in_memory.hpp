/// @file
/// The elements that each rank has of an array on its way to a file.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/io/parts/file_part.hpp>

#include <functional>
#include <vector>

namespace tessera::detail {

/// What this rank has of an array: where it is in the array, and in memory.
struct part_in_memory {
  file_part part;
  const std::byte* data = nullptr;
  buffer memory{}; ///< where the elements were brought here for this
};

/// Can every rank write its block where it lies in the file, in pieces of a page or more? The same
/// answer on all ranks. Otherwise the elements are first brought together on the way to the file.
bool has_long_stretches(const view_ref& view);
/// Are the stretches of every rank's block in the file as long as that, or is it one piece?
bool has_long_stretches_in_file(const view_ref& view);
/// Do the elements of rows follow each other in memory?
bool has_adjacent_elements(const view_ref& view);
/// Does every rank have whole rows: is no axis divided but the first of more than one element?
bool has_row_blocks(const view_ref& view);

/// What this rank has. Of a global view it is a box, where no axis is cyclic. Local.
part_in_memory held_here(const file_source& from, int rank);
/// The same after a redistribution: part k of an axis, between boundaries k and k + 1, goes to rank
/// k, all of the other axes. Collective.
part_in_memory brought_along(const file_source& from, std::size_t axis,
                             const std::vector<index_t>& boundaries);
/// The same in equal parts of the first axis of more than one element. Collective.
part_in_memory brought_into_rows(const file_source& from);

/// The way back: calls `read` with the part of a file that this rank is to read and the memory for
/// it, which is that of the view, or, where its blocks are scattered over the file, that of whole
/// rows, which are then redistributed. Collective.
void read_by_rows(const file_source& into,
                  const std::function<void(const file_part&, std::byte*)>& read);

/// A box of an array that is to be written, as an array. It refers to the other one.
class source_box {
public:
  source_box(const file_source& of, const std::vector<index_t>& lower,
             const std::vector<index_t>& shape);
  source_box(const source_box&) = delete;
  source_box& operator=(const source_box&) = delete;
  ~source_box() = default;

  [[nodiscard]] const file_source& get() const { return source_; }

private:
  file_source source_;
  view_ref ref_{};
  std::vector<axis_walk> walks_;
};

} // namespace tessera::detail
