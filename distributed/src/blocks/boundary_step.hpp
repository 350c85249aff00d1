// The cells beyond an end of an axis, layer by layer.
#pragma once

#include "blocks/boundary_rows.hpp"

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/distributed/blocks/block_boundary.hpp>

#include <optional>

namespace tessera::detail {

/// Fills one layer, or several for a value or a function.
struct boundary_step {
  /// All of it.
  void run(const placed_block& block, std::byte* data, double time) const;
  /// The cells that lie in a box, by global index.
  void run_inside(const placed_block& block, std::byte* data, double time, const index_t* box_lower,
                  const index_t* box_upper) const;

  std::vector<index_t> lower; ///< first cell, by global index
  std::vector<index_t> shape;
  edge_row row = nullptr; ///< unless there is a function
  edge_parameters with;
  std::optional<strided_copy> copy; ///< does what the rows do, where the whole layer is filled
  const boundary_function* function = nullptr;

private:
  void run_rows(const placed_block& block, std::byte* data, const index_t* first,
                const index_t* extent) const;
  void run_function(const placed_block& block, std::byte* data, double time, const index_t* first,
                    const index_t* extent) const;
};

/// Lists the steps for a block. Values and functions belong to the sides, which live longer.
class boundary_planner {
public:
  boundary_planner(const placed_block& block, std::vector<boundary_step>& steps)
      : block_(block), steps_(steps) {}

  void add_lower_end(std::size_t axis, const boundary_side& side, const number_layout& format);
  void add_upper_end(std::size_t axis, const boundary_side& side, const number_layout& format);

private:
  /// An end of an axis as the steps see it: cells inwards are at first + k * inwards.
  struct end {
    std::size_t axis;
    index_t first;
    index_t inwards;
    index_t outside; ///< cells beyond it
  };

  void add(const end& at, const boundary_side& side, const number_layout& format);
  void add_mirrored(const end& at, bool negated, const number_layout& format);
  void add_extrapolated(const end& at, const number_layout& format);
  /// All cells of the padded block with lower <= index < upper along an axis.
  [[nodiscard]] boundary_step slab(std::size_t axis, index_t lower, index_t upper) const;
  [[nodiscard]] boundary_step layer(const end& at, index_t k) const;
  [[nodiscard]] region region_of(const boundary_step& step) const;
  /// Bytes from a cell to the one `cells` farther along an axis.
  [[nodiscard]] index_t distance(std::size_t axis, index_t cells) const;

  const placed_block& block_;
  std::vector<boundary_step>& steps_;
};

} // namespace tessera::detail
