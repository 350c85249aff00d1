// Which rank has an element, and where in its block.
#pragma once

#include <tessera/distributed/plans/plans.hpp>

#include <vector>

namespace tessera::detail {

/// Answers for elements one after another; for neighbours, faster than a distribution does.
class element_locator {
public:
  element_locator(const axes_span& axes, const std::vector<halo_axis>& halo);

  struct location {
    int rank;
    index_t place; // from the first cell of the block with its halo, in elements
  };
  /// Subscripts are within the shape.
  [[nodiscard]] location of(const index_t* index);
  /// The same of a flat subscript.
  [[nodiscard]] location of_flat(index_t flat);

private:
  struct axis_state {
    const axis_distribution* axis;
    index_t before; // of the halo
    index_t around;
    int part = -1;      // that was asked for last
    interval owned;     // of that; none where the axis is cyclic
    index_t length = 0; // of that, with its halo
  };
  void visit(axis_state& a, index_t i) const;

  std::vector<axis_state> axes_;
  std::vector<index_t> index_;
};

} // namespace tessera::detail
