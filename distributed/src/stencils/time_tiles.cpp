#include "stencils/time_tiles.hpp"

#include <algorithm>
#include <limits>

namespace tessera::detail {

namespace {

/// Where the cells lie whose stencil stays in the domain, or where a condition says what is beyond
/// it: along one axis, relative to the block.
interval computable(const global_block& block, std::size_t d, index_t radius) {
  const index_t first = block.owned(d).lower;
  const halo_axis& ends = block.halo()[d];
  return {(ends.fills_lower ? 0 : radius) - first,
          block.axes()[d].size() - (ends.fills_upper ? 0 : radius) - first};
}

index_t floor_modulo(index_t i, index_t n) { return (i % n + n) % n; }

/// Tiles of one axis as far as any step needs them: tile t of step s (from 1 on) begins at
/// `first + t * size - s * skew`.
struct tile_range {
  index_t first;
  index_t size;
  index_t skew;
  index_t count;
};

tile_range range_of(const std::vector<flat_box>& steps, std::size_t d, const tile_axis& tile) {
  const index_t skew = tile.size > 0 ? tile.skew : 0;
  tile_range range{steps[0].lower[d] + skew, tile.size, skew, 1};
  index_t last = range.first;
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const index_t shift = static_cast<index_t>(s + 1) * skew;
    range.first = std::min(range.first, steps[s].lower[d] + shift);
    last = std::max(last, steps[s].upper[d] + shift);
  }
  if (range.size == 0) range.size = std::max<index_t>(last - range.first, 1);
  if (tile.size > 0) range.first -= floor_modulo(range.first + tile.origin, tile.skew);
  range.count = (last - range.first + range.size - 1) / range.size;
  return range;
}

class tile_runner {
public:
  tile_runner(global_block& now, global_block& other, const std::vector<flat_box>& steps,
              const tile_edges& edges, const stencil_code& code)
      : layout_(now.layout()),
        itemsize_(now.itemsize()), blocks_{&now, &other}, data_{now.data(), other.data()},
        steps_(steps), edges_(edges), code_(code), ndim_(layout_.strides.size()) {
    for (std::size_t d = 0; d < ndim_; ++d) find_ends(d);
  }

  void run(const tile_range* axes) {
    axes_ = axes;
    std::fill_n(tile_, ndim_, 0);
    for (std::size_t d = 0; d < ndim_; ++d)
      if (axes[d].count <= 0) return;
    // The first axis runs fastest: a wave through rows or planes.
    while (true) {
      run_tile();
      std::size_t d = 0;
      while (d < ndim_ && ++tile_[d] == axes[d].count) tile_[d++] = 0;
      if (d == ndim_) return;
    }
  }

private:
  void run_tile() {
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      bool is_empty = false;
      for (std::size_t d = 0; d < ndim_; ++d) {
        const tile_range& axis = axes_[d];
        const index_t begin =
            axis.first + tile_[d] * axis.size - static_cast<index_t>(s + 1) * axis.skew;
        lower_[d] = std::max(begin, steps_[s].lower[d]);
        upper_[d] = std::min(begin + axis.size, steps_[s].upper[d]);
        is_empty = is_empty || upper_[d] <= lower_[d];
      }
      if (!is_empty) {
        if (reads_beyond_ends()) fill_beyond_ends(s);
        run_box(data_[(s + 1) % 2], data_[s % 2]);
      }
      if (s == 0) find_next();
      prefetch(static_cast<index_t>(s));
    }
  }

  /// Where a box begins or ends to read what conditions fill.
  void find_ends(std::size_t d) {
    const halo_axis& ends = blocks_[0]->halo()[d];
    const index_t first = blocks_[0]->owned(d).lower;
    const index_t radius = edges_.radius[d];
    constexpr index_t far = std::numeric_limits<index_t>::max();
    near_lower_[d] = ends.fills_lower ? radius - first : -far;
    near_upper_[d] = ends.fills_upper ? blocks_[0]->axes()[d].size() - radius - first : far;
  }

  [[nodiscard]] bool reads_beyond_ends() const {
    for (std::size_t d = 0; d < ndim_; ++d)
      if (lower_[d] < near_lower_[d] || upper_[d] > near_upper_[d]) return true;
    return false;
  }

  /// What the box reads there after s steps.
  void fill_beyond_ends(std::size_t s) const {
    index_t lower[max_ndim];
    index_t upper[max_ndim];
    for (std::size_t d = 0; d < ndim_; ++d) {
      const index_t first = blocks_[0]->owned(d).lower;
      lower[d] = first + lower_[d] - edges_.radius[d];
      upper[d] = first + upper_[d] + edges_.radius[d];
    }
    const double time = edges_.times.after(static_cast<index_t>(s));
    blocks_[s % 2]->fill_boundary_inside(time, lower, upper);
  }

  /// What the next tile of the first axis will touch first: it comes from beyond the cache.
  void find_next() {
    ahead_ = 1;
    for (std::size_t d = 0; d < ndim_; ++d) {
      const tile_range& axis = axes_[d];
      // The next tile reads on beyond what it computes; so far is the skew.
      const index_t begin =
          axis.first + (d == 0 ? (tile_[d] + 1) * axis.size : tile_[d] * axis.size - axis.skew);
      next_lower_[d] = std::max(begin, steps_[0].lower[d]);
      next_upper_[d] = std::min(begin + axis.size, steps_[0].upper[d]);
      const index_t n = next_upper_[d] - next_lower_[d];
      ahead_ *=
          std::max<index_t>(d + 1 < ndim_ ? n : (n * itemsize_ + cache_line - 1) / cache_line, 0);
    }
  }

  /// A share of it, in lines.
  void prefetch(index_t s) const {
    const auto steps = static_cast<index_t>(steps_.size());
    const index_t end = ahead_ * (s + 1) / steps;
    index_t line = ahead_ * s / steps;
    const std::size_t last = ndim_ - 1;
    const index_t lines =
        ((next_upper_[last] - next_lower_[last]) * itemsize_ + cache_line - 1) / cache_line;
    while (line < end) {
      index_t row = line / lines;
      const index_t first = line % lines;
      const index_t stop = std::min(lines, first + end - line);
      index_t offset = layout_.origin + next_lower_[last];
      for (std::size_t d = last; d-- > 0;) {
        const index_t n = next_upper_[d] - next_lower_[d];
        offset += (next_lower_[d] + row % n) * layout_.strides[d];
        row /= n;
      }
      for (index_t k = first; k < stop; ++k) {
        __builtin_prefetch(data_[0] + offset * itemsize_ + cache_line * k, 0, 2);
        __builtin_prefetch(data_[1] + offset * itemsize_ + cache_line * k, 1, 2);
      }
      line += stop - first;
    }
  }

  /// The first and the last axis are the typed code's.
  void run_box(std::byte* to, const std::byte* from) const {
    const std::size_t last = ndim_ - 1;
    const index_t rows = ndim_ > 1 ? upper_[0] - lower_[0] : 1;
    const index_t n = upper_[last] - lower_[last];
    index_t at[max_ndim];
    std::copy_n(lower_, ndim_, at);
    while (true) {
      index_t offset = layout_.origin;
      for (std::size_t d = 0; d < ndim_; ++d) offset += at[d] * layout_.strides[d];
      code_.step(to + offset * itemsize_, from + offset * itemsize_, rows, n, code_.context);
      std::size_t d = last;
      while (d > 1 && ++at[d - 1] == upper_[d - 1]) {
        --d;
        at[d] = lower_[d];
      }
      if (d <= 1) return;
    }
  }

  const block_layout& layout_;
  index_t itemsize_;
  global_block* blocks_[2];
  std::byte* data_[2];
  const std::vector<flat_box>& steps_;
  const tile_edges& edges_;
  const stencil_code& code_;
  std::size_t ndim_;
  const tile_range* axes_ = nullptr;
  index_t tile_[max_ndim];
  index_t lower_[max_ndim];
  index_t upper_[max_ndim];
  index_t near_lower_[max_ndim];
  index_t near_upper_[max_ndim];
  index_t ahead_ = 0;
  index_t next_lower_[max_ndim];
  index_t next_upper_[max_ndim];
};

} // namespace

flat_box cells_of_step(const global_block& block, const std::vector<index_t>& radius, index_t s,
                       index_t steps) {
  flat_box cells;
  for (std::size_t d = 0; d < block.axes().size(); ++d) {
    const index_t beyond = (steps - s) * radius[d];
    interval range{-beyond, block.owned(d).size() + beyond};
    if (!block.halo()[d].periodic) {
      const interval limit = computable(block, d, radius[d]);
      range = {std::max(range.lower, limit.lower), std::min(range.upper, limit.upper)};
    }
    cells.lower.push_back(range.lower);
    cells.upper.push_back(range.upper);
  }
  return cells;
}

std::vector<flat_box> border_of(const global_block& block, const std::vector<index_t>& radius) {
  flat_box all;
  flat_box inner;
  for (std::size_t d = 0; d < block.axes().size(); ++d) {
    const halo_axis& halo = block.halo()[d];
    const index_t first = block.owned(d).lower;
    interval range{-halo.lower, block.owned(d).size() + halo.upper};
    interval inside = range;
    if (!halo.periodic) {
      const interval limit = computable(block, d, radius[d]);
      range = {std::max(range.lower, -first),
               std::min(range.upper, block.axes()[d].size() - first)};
      inside.lower = std::clamp(limit.lower, range.lower, range.upper);
      inside.upper = std::clamp(limit.upper, inside.lower, range.upper);
    }
    all.lower.push_back(range.lower);
    all.upper.push_back(range.upper);
    inner.lower.push_back(inside.lower);
    inner.upper.push_back(inside.upper);
  }
  return frame_around(inner, all);
}

void run_tiles(global_block& now, global_block& other, const std::vector<flat_box>& steps,
               const std::vector<tile_axis>& tiles, const tile_edges& edges,
               const stencil_code& code) {
  tile_range axes[max_ndim];
  for (std::size_t d = 0; d < tiles.size(); ++d) axes[d] = range_of(steps, d, tiles[d]);
  tile_runner(now, other, steps, edges, code).run(axes);
}

} // namespace tessera::detail
