/// @file
/// The elements that each rank has of an array on its way to a file.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/io/hdf5_part.hpp>

#include <vector>

namespace tessera::detail {

/// What this rank has of an array: where it is in the array, and in memory.
struct held_part {
  hdf5_part part;
  const std::byte* data = nullptr;
  buffer memory{}; ///< where the elements were brought here for this

  [[nodiscard]] const std::byte* first() const {
    return further(data, part.memory.offset * part.type.size);
  }
};

/// Can every rank write its block where it lies in the file, in pieces of a page or more? The same
/// answer on all ranks. Otherwise the elements are first brought together on the way to the file.
bool has_long_runs(const operand_ref& view);
/// Do the elements of rows follow each other in memory?
bool has_adjacent_elements(const operand_ref& view);
/// Does every rank have whole rows: is no axis divided but the first of more than one element?
bool has_row_blocks(const operand_ref& view);

/// What this rank has. Of a global view it is a box, where no axis is cyclic. Local.
held_part held_here(const hdf5_source& from, int rank);
/// The same after a redistribution: part k of an axis, between boundaries k and k + 1, goes to rank
/// k, all of the other axes. Collective.
held_part brought_along(const hdf5_source& from, std::size_t axis,
                        const std::vector<index_t>& boundaries);
/// The same in equal parts of the first axis of more than one element. Collective.
held_part brought_into_rows(const hdf5_source& from);

/// A box of an array that is to be written, as an array. It refers to the other one.
class source_box {
public:
  source_box(const hdf5_source& of, const std::vector<index_t>& lower,
             const std::vector<index_t>& shape);
  source_box(const source_box&) = delete;
  source_box& operator=(const source_box&) = delete;
  ~source_box() = default;

  [[nodiscard]] const hdf5_source& get() const { return source_; }

private:
  hdf5_source source_;
  operand_ref ref_{};
  std::vector<axis_walk> walks_;
};

} // namespace tessera::detail
