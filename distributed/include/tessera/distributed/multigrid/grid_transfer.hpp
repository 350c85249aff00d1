/// @file
/// Restriction and prolongation between two grids over the same domain, of any sizes.
///
/// Its parts lie in grid_transfer.cpp and transfer_rows.cpp.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/distributed/blocks/boundary.hpp>
#include <tessera/distributed/distribution/axis_distribution.hpp>

#include <vector>

namespace tessera::detail {

/// The unknowns along one axis: where the domain ends, and what lies beyond.
struct grid_axis {
  index_t size = 0;
  double spacing = 1.0;
  boundary_kind lower = boundary_kind::antireflecting;
  boundary_kind upper = boundary_kind::antireflecting;

  /// From the first (last) unknown to where the domain begins (ends), in units of the spacing.
  [[nodiscard]] double margin(boundary_kind kind) const {
    return kind == boundary_kind::fixed ? 1.0 : 0.5;
  }
  /// How long the domain is, in units of the spacing.
  [[nodiscard]] double length() const {
    return static_cast<double>(size) - 1.0 + margin(lower) + margin(upper);
  }
  [[nodiscard]] bool is_periodic() const { return lower == boundary_kind::periodic; }
};

/// The same axis with half as many unknowns, rounded up.
grid_axis coarser(const grid_axis& fine);

/// How values along one axis go from a coarse grid to a fine one, linearly, and back by the
/// transposed weights: what one rank needs for its part.
class axis_transfer {
public:
  /// Of the part of the fine axis and the part of the coarse one.
  axis_transfer(const grid_axis& fine, const grid_axis& coarse, const interval& fine_part,
                const interval& coarse_part);

  /// A fine value lies between the coarse ones `first` and the next; `weight` is that of the next.
  /// Relative to the parts.
  struct between {
    index_t first;
    double weight;
  };
  /// A coarse value takes fine ones from `first` on, with as many weights.
  struct gathered {
    index_t first;
    std::vector<double> weights;
  };
  [[nodiscard]] const std::vector<between>& up() const { return up_; }
  [[nodiscard]] const std::vector<gathered>& down() const { return down_; }

  /// How far beyond its parts it reads: coarse values, and fine ones.
  struct widths {
    index_t lower = 0;
    index_t upper = 0;
    void take(index_t below, index_t above) {
      lower = below > lower ? below : lower;
      upper = above > upper ? above : upper;
    }
  };
  [[nodiscard]] widths coarse_halo() const;
  [[nodiscard]] widths fine_halo() const;

private:
  std::vector<between> up_;
  std::vector<gathered> down_;
  index_t coarse_size_;
  index_t fine_size_;
};

/// A part of an array in memory, its elements adjacent along the last axis; what lies around it may
/// be read as far as its halo.
template <class T> struct grid_part {
  template <std::size_t N>
  grid_part(T* first, const shape_t<N>& shape_of, const shape_t<N>& strides_of) : data(first) {
    for (std::size_t d = 0; d < N; ++d) {
      shape[d] = shape_of[d];
      strides[d] = strides_of[d];
    }
  }
  T* data;
  index_t shape[max_ndim];
  index_t strides[max_ndim];
};

/// Adds to the fine values what linear interpolation makes of the coarse ones. Local.
template <class T>
void prolong_rows(const std::vector<axis_transfer>& axes, const grid_part<const T>& coarse,
                  const grid_part<T>& fine);
/// Makes the coarse values weighted means of the fine ones. Local.
template <class T>
void restrict_rows(const std::vector<axis_transfer>& axes, const grid_part<const T>& fine,
                   const grid_part<T>& coarse);

/// Boundaries of coarse parts that lie where those of fine parts do.
std::vector<index_t> coarse_boundaries(const axis_distribution& fine, index_t coarse_size);

} // namespace tessera::detail
