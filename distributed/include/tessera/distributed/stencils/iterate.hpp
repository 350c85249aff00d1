/// @file
/// Many steps of a stencil with one exchange of halos for several of them.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/stencils/callback.hpp>
#include <tessera/distributed/stencils/stencil.hpp>
#include <tessera/distributed/stencils/time_blocking.hpp>

#include <cstdint>
#include <utility>

namespace tessera {

namespace detail {

/// How many of `n` elements lie before the next cache line. A row written from there on goes out in
/// whole lines: from the second-level cache that is twice as fast.
template <class T> index_t cells_to_line(const T* row, index_t n) {
  const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(row) % cache_line);
  const index_t cells = (cache_line - past) % cache_line / index_t{sizeof(T)};
  return cells > 0 && cells < n ? cells : n;
}

template <class T, std::size_t N, class Kernel>
[[gnu::flatten]] void step_rows(std::byte* const* corners, index_t rows, index_t n,
                                const cell_origin& origin, const void* context) {
  using stencil = stencil_rows<types<T>, types<T>, N, Kernel>;
  const auto& c = *static_cast<const stencil*>(context);
  auto kernel = bind_kernel<N, T>(c.kernel, origin);
  const index_t step = N > 1 ? c.around[0].strides[0] : 0;
  output_row<T> to{reinterpret_cast<T*>(corners[0]), step};
  input_row<T, N> from{reinterpret_cast<const T*>(corners[1]), c.around[0], step};
  for (; rows >= rows_at_once; rows -= rows_at_once) {
    index_t end = cells_to_line(to.cells, n);
    for (index_t i = 0; i < n; i = std::exchange(end, n))
      stencil::compute(kernel, i, end, std::make_index_sequence<rows_at_once>(), to, from);
    kernel.advance(rows_at_once);
    to.advance(rows_at_once);
    from.advance(rows_at_once);
  }
  for (; rows > 0; --rows) {
    stencil::compute(kernel, 0, n, std::make_index_sequence<1>(), to, from);
    kernel.advance(1);
    to.advance(1);
    from.advance(1);
  }
}

template <class T, std::size_t N, class Kernel> struct watched_context {
  const Kernel* kernel;
  neighbourhood<N> around;
  const time_stepper* stepper;
};

/// Cell by cell: for kernels that may throw, or read beyond the radius.
template <class T, std::size_t N, class Kernel>
void watched_step_rows(std::byte* const* corners, index_t rows, index_t n,
                       const cell_origin& origin, const void* context) {
  const auto& c = *static_cast<const watched_context<T, N, Kernel>*>(context);
  const index_t step = N > 1 ? c.around.strides[0] : 0;
  T* to = reinterpret_cast<T*>(corners[0]);
  const T* from = reinterpret_cast<const T*>(corners[1]);
  auto kernel = bind_kernel<N, T>(*c.kernel, origin);
  for (; rows > 0; --rows, to += step, from += step, kernel.advance(1)) {
    reach_record<N> record;
    for (index_t i = 0; i < n; ++i)
      to[i] = static_cast<T>(kernel.at(0, i, stencil_point<T, N>(from + i, c.around, 0, &record)));
    if (record.is_beyond) c.stepper->check_ranges(record.along);
  }
}

} // namespace detail

/// How far a stencil reads from a cell: the same along every axis, or `{2, 1}` by axis. A value;
/// all members are local.
template <std::size_t N> struct stencil_radius {
  shape_t<N> along{};

  /// Implicit: a number does.
  constexpr stencil_radius(index_t every_axis) { along.fill(every_axis); }
  /// One for each axis.
  template <class... Radius>
  requires(N > 1 && sizeof...(Radius) == N &&
           (detail::is_integer<Radius> && ...)) constexpr stencil_radius(Radius... by_axis)
      : along{static_cast<index_t>(by_axis)...} {}
};

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
  detail::time_stepper stepper(u.view().node().ref(), v.view().node().ref(), steps,
                               {{radius.begin(), radius.end()},
                                options.depth,
                                options.tile,
                                options.every,
                                options.time_step,
                                has_callback});
  const auto reach = detail::kernel_probe<N, Kernel, detail::types<T>>::of(kernel);
  const detail::neighbourhood<N> around{std::as_const(u).padded().strides(),
                                        halo<N>(radius, radius)};
  const detail::stencil_rows<detail::types<T>, detail::types<T>, N, Kernel> plain{kernel, {around}};
  const detail::watched_context<T, N, Kernel> watched{&kernel, around, &stepper};
  const detail::stencil_code code =
      stepper.must_watch(detail::reach_list(reach).get())
          ? detail::stencil_code{&detail::watched_step_rows<T, N, Kernel>, &watched, true}
          : detail::stencil_code{&detail::step_rows<T, N, Kernel>, &plain, false};
  index_t done = 0;
  while (done < steps) {
    const index_t stretch = stepper.next_stretch(done);
    if (stepper.advance(stretch, code)) std::swap(u, v);
    done += stretch;
    if (!has_callback || done % options.every != 0) continue;
    const auto& now = std::as_const(u);
    // Agreed on one by one: the second may be a collective call, which all ranks must reach.
    const auto agree = [&](auto&& ask) { return stepper.all_agree(collectively(u.comm(), ask)); };
    if (options.on_steps.is_set() && !agree([&] { return options.on_steps(done, now); })) break;
    if (options.until.is_set() && !agree([&] { return !options.until(now, std::as_const(v)); }))
      break;
  }
  return done;
}

} // namespace tessera
