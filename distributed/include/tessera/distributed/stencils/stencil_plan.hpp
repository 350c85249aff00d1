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
  stencil_regions own_regions;
};

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
