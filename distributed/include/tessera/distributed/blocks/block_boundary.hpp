/// @file
/// Fills what lies beyond the ends of the axes in one rank's block.
#pragma once

#include <tessera/distributed/blocks/boundary.hpp>
#include <tessera/distributed/plans/plans.hpp>

namespace tessera::detail {

/// Where a block and its halo lie, in the array and in memory.
struct placed_block {
  const axes_span& axes;
  const std::vector<halo_axis>& halo;
  const std::vector<interval>& owned;
  const block_layout& layout;
  index_t itemsize;
};

/// The boundary conditions of an array, and how to meet them in this rank's block.
class block_boundary {
public:
  block_boundary() = default;
  block_boundary(const block_boundary&) = delete;
  block_boundary& operator=(const block_boundary&) = delete;
  ~block_boundary();

  /// Sets those at the two ends of an axis.
  /// @throws argument_error on all ranks: arithmetic on elements that are no numbers, an axis
  /// periodic at one end, cells that mirror some which no rank has beside them.
  void set(const axes_span& axes, const std::vector<halo_axis>& halo, std::size_t axis,
           const boundary_side& lower, const boundary_side& upper, const number_layout& format);
  void copy_from(const block_boundary& other);
  /// Sets those of another array of as many axes, with zeros in place of values and functions of
  /// `itemsize` bytes: what differences of two arrays meet that both meet the other's.
  /// @throws argument_error as `set`.
  void set_homogeneous(const axes_span& axes, const std::vector<halo_axis>& halo,
                       const block_boundary& other, index_t itemsize);
  /// The condition at an end of an axis; a periodic axis may say none.
  [[nodiscard]] boundary_kind kind_at(std::size_t axis, bool upper) const;

  /// Is there any condition that fills cells?
  [[nodiscard]] bool any() const;
  [[nodiscard]] bool has_function() const;
  /// Is there a function among the conditions that may throw? The same on all ranks.
  [[nodiscard]] bool may_throw() const;
  /// Fills all cells of the halo that lie beyond an end with a condition, axis by axis: cells
  /// beyond several ends follow the condition of the last of these axes. The rest of the halo is up
  /// to date.
  void fill(const placed_block& block, std::byte* data);
  /// The same for those cells that lie in a box, by global index, as they are at a time. All cells
  /// of the array that lie there are up to date, and as far as conditions read from the end of the
  /// axis as the box goes beyond it.
  void fill_inside(const placed_block& block, std::byte* data, double at_time,
                   const index_t* box_lower, const index_t* box_upper);

  double time = 0.0;

private:
  struct ends {
    boundary_side lower;
    boundary_side upper;
    number_layout format;
  };
  struct steps;
  const steps& steps_for(const placed_block& block);
  void forget_steps();

  std::vector<ends> axes_;
  steps* steps_ = nullptr; // found when first used
};

} // namespace tessera::detail
