#include "stencils/time_tiles.hpp"

#include <tessera/core/threads.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

namespace tessera::detail {

namespace {

index_t floor_modulo(index_t i, index_t n) { return (i % n + n) % n; }

/// Tiles of one axis as far as any pass needs them: tile t of a pass begins at
/// `first + t * size - shift`.
struct tile_range {
  index_t first;
  index_t size;
  index_t count;
};

tile_range range_of(const std::vector<tile_pass>& passes, std::size_t d, const tile_axis& tile) {
  tile_range range{std::numeric_limits<index_t>::max(), tile.size, 1};
  index_t last = std::numeric_limits<index_t>::min();
  for (const tile_pass& pass : passes) {
    range.first = std::min(range.first, pass.cells.lower[d] + pass.shift[d]);
    last = std::max(last, pass.cells.upper[d] + pass.shift[d]);
  }
  if (range.size == 0) range.size = std::max<index_t>(last - range.first, 1);
  if (tile.size > 0) range.first -= floor_modulo(range.first + tile.origin, tile.unit);
  range.count = (last - range.first + range.size - 1) / range.size;
  return range;
}

/// Tiles of all axes but the first.
index_t columns_of(const tile_range* axes, std::size_t ndim) {
  index_t columns = 1;
  for (std::size_t d = 1; d < ndim; ++d) columns *= std::max<index_t>(axes[d].count, 0);
  return columns;
}

/// Tiles along the first axis after which nothing of a tile is touched any more.
index_t tiles_apart(const std::vector<tile_pass>& passes, const tile_range& axis) {
  index_t shift = 0;
  index_t reach = 0;
  for (const tile_pass& pass : passes) {
    shift = std::max(shift, pass.shift[0]);
    reach = std::max(reach, pass.reach);
  }
  return 1 + (shift + 2 * reach + axis.size - 1) / axis.size;
}

/// Columns of tiles, which lie one behind another along the first axis. Threads take them in turn,
/// and each stays so far behind the one before it that the two touch nothing in common: so each
/// cell is computed from the same as in the order of one thread.
class column_queue {
public:
  column_queue(index_t columns, index_t tiles, index_t apart)
      : done_(static_cast<std::size_t>(columns)), tiles_(tiles), apart_(apart) {}

  /// A column that nobody else runs, or -1. All before it have been taken.
  index_t take() {
    const index_t column = next_.fetch_add(1, std::memory_order_relaxed);
    return column < static_cast<index_t>(done_.size()) ? column : -1;
  }
  /// Returns when a tile of a column may run.
  void wait_for(index_t column, index_t tile) const {
    if (column == 0) return;
    const std::atomic<index_t>& before = done_[static_cast<std::size_t>(column - 1)];
    const index_t wanted = std::min(tile + apart_, tiles_);
    // The thread before this one may share its processor.
    while (before.load(std::memory_order_acquire) < wanted) std::this_thread::yield();
  }
  void note_done(index_t column, index_t tile) {
    done_[static_cast<std::size_t>(column)].store(tile + 1, std::memory_order_release);
  }

private:
  std::vector<std::atomic<index_t>> done_; // tiles of each column
  std::atomic<index_t> next_ = 0;
  index_t tiles_;
  index_t apart_;
};

/// A box of an array, of as many axes as it has.
struct tile_box {
  index_t lower[max_ndim];
  index_t upper[max_ndim];
};

class tile_runner {
public:
  explicit tile_runner(const std::vector<tile_pass>& passes)
      : passes_(passes), ndim_(passes[0].cells.lower.size()) {
    for (std::size_t p = 0; p < passes.size(); ++p) {
      corners_at_.push_back(arrays_.size());
      for (global_block* const block : passes[p].arrays) arrays_.push_back(array_of(*block));
      ends_at_.push_back(ends_.size());
      for (const pass_input& input : passes[p].inputs) ends_.push_back(ends_of(input));
      find_first_touched(p);
    }
  }

  /// Runs columns of tiles that nobody else runs, until there are no more. The first axis runs
  /// fastest: a wave through rows or planes.
  void run(const tile_range* axes, column_queue& queue) {
    axes_ = axes;
    for (index_t column = queue.take(); column >= 0; column = queue.take()) {
      index_t rest = column;
      for (std::size_t d = 1; d < ndim_; ++d) {
        tile_[d] = rest % axes[d].count;
        rest /= axes[d].count;
      }
      for (tile_[0] = 0; tile_[0] < axes[0].count; ++tile_[0]) {
        queue.wait_for(column, tile_[0]);
        run_tile();
        queue.note_done(column, tile_[0]);
      }
    }
  }

private:
  /// An array as one pass addresses it: its first own element, and how to move.
  struct array_place {
    std::byte* first;
    index_t itemsize;
    const index_t* strides;
  };
  /// Where a box begins or ends to read what an array's conditions fill.
  struct near_ends {
    index_t lower[max_ndim];
    index_t upper[max_ndim];
  };
  /// An array that passes touch for the first time in some pass.
  struct first_touch {
    array_place array;
    std::size_t pass;
    bool is_written; // there
    tile_box next{}; // what the next tile touches of it, in lines of cache
    index_t lines = 0;
    index_t all_lines = 0;
  };

  static array_place array_of(global_block& block) {
    const block_layout& layout = block.layout();
    return {block.data() + layout.origin * block.itemsize(), block.itemsize(),
            layout.strides.data()};
  }

  near_ends ends_of(const pass_input& input) const {
    near_ends near;
    constexpr index_t far_off = std::numeric_limits<index_t>::max();
    for (std::size_t d = 0; d < ndim_; ++d) {
      const halo_axis& ends = input.block->halo()[d];
      const index_t first = input.block->owned(d).lower;
      near.lower[d] = ends.fills_lower ? input.reach[d] - first : -far_off;
      near.upper[d] =
          ends.fills_upper ? input.block->axes()[d].size() - input.reach[d] - first : far_off;
    }
    return near;
  }

  void find_first_touched(std::size_t pass) {
    for (std::size_t k = corners_at_[pass]; k < arrays_.size(); ++k) {
      const auto same = [&](const first_touch& t) { return t.array.first == arrays_[k].first; };
      if (std::none_of(touched_.begin(), touched_.end(), same))
        touched_.push_back(
            {arrays_[k], pass, k - corners_at_[pass] < passes_[pass].outputs, {}, 0, 0});
    }
  }

  void run_tile() {
    find_next();
    for (std::size_t p = 0; p < passes_.size(); ++p) {
      if (find_box(p, false, box_)) {
        fill_beyond_ends(p);
        run_box(p);
      }
      prefetch(static_cast<index_t>(p));
    }
  }

  /// The part of this tile, or of the next one along the first axis, that a pass computes; is there
  /// any?
  bool find_box(std::size_t p, bool of_next, tile_box& box) const {
    const tile_pass& pass = passes_[p];
    bool is_any = true;
    for (std::size_t d = 0; d < ndim_; ++d) {
      const tile_range& axis = axes_[d];
      const index_t tile = tile_[d] + (of_next && d == 0 ? 1 : 0);
      const index_t begin = axis.first + tile * axis.size - pass.shift[d];
      box.lower[d] = std::max(begin, pass.cells.lower[d]);
      box.upper[d] = std::min(begin + axis.size, pass.cells.upper[d]);
      is_any = is_any && box.upper[d] > box.lower[d];
    }
    return is_any;
  }

  [[nodiscard]] bool reads_beyond(const near_ends& near) const {
    for (std::size_t d = 0; d < ndim_; ++d)
      if (box_.lower[d] < near.lower[d] || box_.upper[d] > near.upper[d]) return true;
    return false;
  }

  /// What the box reads there.
  void fill_beyond_ends(std::size_t p) const {
    const std::vector<pass_input>& inputs = passes_[p].inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (!reads_beyond(ends_[ends_at_[p] + k])) continue;
      tile_box read;
      for (std::size_t d = 0; d < ndim_; ++d) {
        const index_t first = inputs[k].block->owned(d).lower;
        read.lower[d] = first + box_.lower[d] - inputs[k].reach[d];
        read.upper[d] = first + box_.upper[d] + inputs[k].reach[d];
      }
      inputs[k].block->fill_boundary_inside(passes_[p].time, read.lower, read.upper);
    }
  }

  /// What the next tile will touch first: it comes from beyond the cache.
  void find_next() {
    for (first_touch& touch : touched_) {
      static_cast<void>(find_box(touch.pass, true, touch.next));
      const std::size_t last = ndim_ - 1;
      const index_t cells = touch.next.upper[last] - touch.next.lower[last];
      touch.lines =
          std::max<index_t>((cells * touch.array.itemsize + cache_line - 1) / cache_line, 0);
      touch.all_lines = touch.lines;
      for (std::size_t d = 0; d < last; ++d)
        touch.all_lines *= std::max<index_t>(touch.next.upper[d] - touch.next.lower[d], 0);
    }
  }
  /// A pass's share of it.
  void prefetch(index_t p) const {
    const auto count = static_cast<index_t>(passes_.size());
    for (const first_touch& touch : touched_)
      if (touch.all_lines > 0)
        prefetch_lines(touch, touch.all_lines * p / count, touch.all_lines * (p + 1) / count);
  }

  /// Lines of the box, counted row by row.
  void prefetch_lines(const first_touch& touch, index_t line, index_t end) const {
    const std::size_t last = ndim_ - 1;
    const index_t lines = touch.lines;
    const array_place& array = touch.array;
    const tile_box& box = touch.next;
    while (line < end) {
      index_t row = line / lines;
      const index_t first = line % lines;
      const index_t stop = std::min(lines, first + end - line);
      index_t offset = box.lower[last];
      for (std::size_t d = last; d-- > 0;) {
        const index_t n = box.upper[d] - box.lower[d];
        offset += (box.lower[d] + row % n) * array.strides[d];
        row /= n;
      }
      const std::byte* const from = array.first + offset * array.itemsize;
      if (touch.is_written)
        for (index_t k = first; k < stop; ++k) __builtin_prefetch(from + cache_line * k, 1, 2);
      else
        for (index_t k = first; k < stop; ++k) __builtin_prefetch(from + cache_line * k, 0, 2);
      line += stop - first;
    }
  }

  /// The first and the last axis are the typed code's.
  void run_box(std::size_t p) const {
    const tile_pass& pass = passes_[p];
    const std::size_t last = ndim_ - 1;
    const index_t rows = ndim_ > 1 ? box_.upper[0] - box_.lower[0] : 1;
    const index_t n = box_.upper[last] - box_.lower[last];
    index_t at[max_ndim];
    index_t index[max_ndim];
    std::copy_n(box_.lower, ndim_, at);
    while (true) {
      std::byte* corners[most_arrays];
      for (std::size_t k = 0; k < pass.arrays.size(); ++k) {
        const array_place& array = arrays_[corners_at_[p] + k];
        index_t offset = 0;
        for (std::size_t d = 0; d < ndim_; ++d) offset += at[d] * array.strides[d];
        corners[k] = array.first + offset * array.itemsize;
      }
      for (std::size_t d = 0; d < ndim_; ++d) index[d] = pass.first_index[d] + at[d];
      pass.code->step(corners, rows, n, {index, pass.step, pass.time}, pass.code->context);
      std::size_t d = last;
      while (d > 1 && ++at[d - 1] == box_.upper[d - 1]) {
        --d;
        at[d] = box_.lower[d];
      }
      if (d <= 1) return;
    }
  }

  const std::vector<tile_pass>& passes_;
  std::size_t ndim_;
  std::vector<array_place> arrays_;
  std::vector<std::size_t> corners_at_; // of each pass
  std::vector<near_ends> ends_;
  std::vector<std::size_t> ends_at_;
  std::vector<first_touch> touched_;
  const tile_range* axes_ = nullptr;
  index_t tile_[max_ndim];
  tile_box box_;
};

} // namespace

std::vector<tile_axis> tiles_of(const global_block& block, index_t tile) {
  const std::size_t ndim = block.axes().size();
  std::vector<tile_axis> tiles(ndim);
  tiles[0].size = rows_at_once;
  if (ndim > 2)
    tiles[1].size = tile;
  else
    tiles[ndim - 1] = {tile, std::max<index_t>(cache_line / block.itemsize(), 1),
                       block.layout().origin};
  return tiles;
}

void run_tiles(const std::vector<tile_pass>& passes, const std::vector<tile_axis>& tiles,
               threads_in_tiles on) {
  tile_range axes[max_ndim];
  const std::size_t ndim = tiles.size();
  for (std::size_t d = 0; d < ndim; ++d) axes[d] = range_of(passes, d, tiles[d]);
  const index_t columns = columns_of(axes, ndim);
  column_queue queue(columns, axes[0].count, tiles_apart(passes, axes[0]));
  tile_runner runner(passes);
  const index_t workers = on == threads_in_tiles::one ? 1 : std::min<index_t>(threads(), columns);
  if (workers <= 1) return runner.run(axes, queue);
  const tile_runner& each = runner;
  for_pieces(workers, [&](index_t) { tile_runner(each).run(axes, queue); });
}

} // namespace tessera::detail
