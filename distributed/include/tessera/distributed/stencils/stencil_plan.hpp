/// @file
/// Which cells a stencil computes, and how closely it must be watched.
#pragma once

#include <tessera/distributed/blocks/global_block.hpp>
#include <tessera/distributed/stencils/kernel_reach.hpp>

#include <vector>

namespace tessera::detail {

/// A kernel_reach without its sizes: `ranges` has one for every axis of every array that is read.
struct known_reach {
  bool cannot_throw;
  bool is_exact;
  index_t bound;
  const read_range* ranges;
};

/// The cells that a stencil computes.
struct stencil_plan {
  /// Those whose stencil stays in the domain wherever it reaches within the halos.
  const stencil_regions* regions;
  /// Cells near ends without conditions, which are computed if they read nothing but themselves of
  /// the arrays concerned: that shows when they are.
  std::vector<flat_box> contested;
  /// May a call throw, or read beyond a halo? Then the ranks agree on how it went.
  bool is_watched;
  /// Would it cost more to compute the frame by itself than messages can take? So where rows are
  /// short, of which it cuts the first cells off.
  bool is_at_once;
  stencil_regions own_regions;
};

/// Calls f(cells) for boxes of all cells that are computed, some of them, where messages are under
/// way, before `finish()`.
template <class Finish, class F>
void for_regions(const stencil_plan& plan, bool is_under_way, Finish&& finish, F&& f) {
  if (!is_under_way || plan.is_at_once) {
    finish();
    return f(plan.regions->computed);
  }
  f(plan.regions->interior);
  finish();
  for (const flat_box& slab : plan.regions->frame) f(slab);
}

/// @throws index_error on all ranks when the kernel is known to read beyond a halo.
void plan_stencil(stencil_plan& plan, global_block* const* read, std::size_t count,
                  const known_reach& reach);

/// What is known of a kernel, for the functions that do not depend on its type.
template <std::size_t N, std::size_t Fields> class reach_list {
public:
  explicit reach_list(const kernel_reach<N, Fields>& reach) : reach_(reach) {
    for (std::size_t k = 0; k < Fields; ++k)
      for (std::size_t d = 0; d < N; ++d) ranges_[k * N + d] = reach.records[k].along[d];
  }
  [[nodiscard]] known_reach get() const {
    return {reach_.cannot_throw, reach_.is_exact, reach_.bound, ranges_};
  }

private:
  const kernel_reach<N, Fields>& reach_;
  read_range ranges_[N * Fields];
};

/// Are they of more than the cell?
bool reads_neighbours(const read_range* along, std::size_t ndim);
/// Do reads of an array, by axis, go beyond its halo?
bool is_beyond_halo(const global_block& array, const read_range* along);
/// Throws index_error for those that do; `field` is the array's number among `count`.
[[noreturn]] void throw_beyond_halo(const global_block& array, const read_range* along,
                                    std::size_t field, std::size_t count);

/// Throws argument_error: an array that is computed is read beside the cell, as number `field` of
/// `count`.
[[noreturn]] void throw_replaced_neighbour(std::size_t field, std::size_t count);

} // namespace tessera::detail
