/// @file
/// Many steps of a stencil with one exchange of halos for several of them.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/stencils/stages.hpp>

namespace tessera {

namespace detail {

/// What a user asked of `iterate`, without types.
struct time_blocking {
  std::vector<index_t> radius; ///< by axis
  index_t depth;
  index_t tile;
  index_t every;
  double time_step;
};

/// @throws argument_error on all ranks for two arrays that cannot be stepped between.
void check_twins(const view_ref& u, const view_ref& v, index_t steps, const time_blocking& how);
/// Cells of this rank that no step computes, because they are nearer to an end of an axis, without
/// a condition there, than the radius: those of v become the same as those of u.
void copy_border(global_block& u, global_block& v, const std::vector<index_t>& radius);

} // namespace detail

/// How `iterate` works, and what it does between steps. The same on all ranks.
template <class T, std::size_t N> struct iterate_options {
  /// How far the kernel reads: one that reads farther is refused.
  stencil_radius<N> radius = 1;
  /// Steps between two exchanges of halos, which are to be `depth` times the radius wide; 0: tuned,
  /// within what the halos allow.
  index_t depth = 0;
  /// How large a tile is that goes through these steps at a time: its cells along the last axis of
  /// one or two, its rows along the second axis of more. 0: tuned.
  index_t tile = 0;
  /// By how much a step moves the time that functions in boundary conditions are given.
  double time_step = 0.0;
  /// Steps from one call of what follows to the next.
  index_t every = 0;
  /// Called with the number of steps taken and the array; may return a bool, of which false on any
  /// rank ends the iteration. May be collective.
  detail::callback<index_t, const global_array<T, N>&> on_steps = {};
  /// Called with the array and with what it was one step before; true on any rank ends the
  /// iteration. May be collective.
  detail::callback<const global_array<T, N>&, const global_array<T, N>&> until = {};
};

/// Many steps of a stencil: leaves in `u` what `apply(v, u, kernel); std::swap(u, v);` leaves there
/// when it is repeated `steps` times, with the same bits, and in `v` what it was one step before.
/// Returns the number of steps taken, fewer where a callback said so.
///
/// Halos are exchanged once in several steps, as many as they are deep: arrays with
/// `halo<2>(8)` take eight steps of a stencil of radius 1 at a time, and compute cells near the
/// sides of the blocks on both ranks. Where no axis is periodic or cut between ranks, a halo as
/// wide as the radius allows any depth. Within a rank, tiles of the block take those steps one
/// after another while they are in the cache, which is what makes this several times as fast as
/// `apply`. Rows that begin on cache lines are fastest: make halo widths, and the length of the
/// last axis, multiples of 8. Depth and tiles are found by trying, during the first hundreds of
/// steps of a kernel on arrays of some shape; results do not depend on what is found.
///
/// Boundary conditions of all kinds hold at every step: cells beyond the ends are filled anew
/// within each tile, so conditions cost no more exchanges. Set them for both arrays (`auto v = u`
/// copies them). Functions get the time of `u` at the call, and `options.time_step` more at every
/// step, as after `u.set_time(t + k * time_step)` before step k; both arrays are left with the
/// times of what they hold. A function may be called several times for one cell.
///
/// Cells that are nearer to an end without a condition than `options.radius` keep what they hold in
/// `u`; those of `v` become the same at the first step. All other values of `v` are replaced. The
/// kernel is as for `apply`, and watched as there. The arrays change places as by `std::swap`, so a
/// view that was taken of one may show the other.
///
/// Collective. `u` and `v` are different arrays of the same distribution and halo widths.
/// @throws argument_error on all ranks for arrays that do not fit or of which only one has a
/// boundary condition at some end, halos that are too thin, or numbers that make no sense;
/// index_error for a kernel that reads beyond the radius; what the kernel, a boundary condition's
/// function or a callback throws on any rank. After these, elements of both may have been computed,
/// or not.
///
///     global_array<double, 2> u(grid, {4096, 4096}, halo<2>(16));
///     auto v = u;
///     iterate(u, v, 1000, heat, {.every = 100, .on_steps = [&](index_t step, const auto& now) {
///       print_row(step, sum(now));
///     }});
template <class T, std::size_t N, class Kernel>
index_t iterate(global_array<T, N>& u, global_array<T, N>& v, index_t steps, const Kernel& kernel,
                const iterate_options<T, N>& options = {}) {
  const shape_t<N>& radius = options.radius.along;
  const bool has_callback = options.on_steps.is_set() || options.until.is_set();
  const detail::time_blocking how{{radius.begin(), radius.end()},
                                  options.depth,
                                  options.tile,
                                  options.every,
                                  options.time_step};
  detail::check_twins(u.view().node().ref(), v.view().node().ref(), steps, how);
  stages step(stage(v, u, kernel).reading(options.radius), swapping(u, v));
  if (steps > 0) detail::copy_border(*detail::block_of(u), *detail::block_of(v), how.radius);
  // Agreed on one by one: the second may be a collective call, which all ranks must reach.
  const auto agree = [&](auto&& ask) {
    return detail::all_agree(u.comm(), collectively(u.comm(), ask));
  };
  // v holds what u was a step before.
  const auto leave_time = [&] { v.set_time(detail::block_of(u)->time() - options.time_step); };
  const auto after = [&](index_t done) {
    leave_time();
    const auto& now = std::as_const(u);
    if (options.on_steps.is_set() && !agree([&] { return options.on_steps(done, now); }))
      return false;
    return !options.until.is_set() || agree([&] { return !options.until(now, std::as_const(v)); });
  };
  detail::callback<index_t> if_any;
  if (has_callback) if_any = after;
  const index_t done = detail::take_steps(
      step, steps, {options.depth, options.tile, false, options.time_step, options.every}, if_any);
  if (done > 0) leave_time();
  return done;
}

} // namespace tessera
