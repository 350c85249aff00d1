#include "expressions/call_text.hpp"
#include "stencils/stencil_errors.hpp"

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/stencils/iterate.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace tessera::detail {

namespace {

std::string text_of(const std::vector<index_t>& radius) {
  const auto other =
      std::find_if(radius.begin(), radius.end(), [&](index_t r) { return r != radius.front(); });
  if (other == radius.end()) return std::to_string(radius.front());
  return tuple_text(radius.data(), radius.size());
}

void check_radius(const std::vector<index_t>& radius) {
  const auto [least, most] = std::minmax_element(radius.begin(), radius.end());
  if (*least < 0 || *most < 1)
    refuse_steps(fmt::format(
        "a radius of {}; a stencil reads 1 cell or more around, along some axis", text_of(radius)));
}

std::string text_of(const std::vector<halo_axis>& halo) {
  std::string text;
  for (const halo_axis& axis : halo)
    text += fmt::format("{}{}+{}{}", text.empty() ? "(" : ", ", axis.lower, axis.upper,
                        axis.periodic ? " periodic" : "");
  return text + ")";
}

void check_same_halo(const global_block& u, const global_block& v, std::size_t d) {
  const halo_axis& a = u.halo()[d];
  const halo_axis& b = v.halo()[d];
  if (a.lower != b.lower || a.upper != b.upper || a.periodic != b.periodic)
    refuse_steps(fmt::format(
        "both arrays are stepped from in turn, so their halos must be the same; they are {} and {}",
        text_of(u.halo()), text_of(v.halo())));
  if (a.fills_lower != b.fills_lower || a.fills_upper != b.fills_upper)
    refuse_steps(
        fmt::format("only one of the arrays has a boundary condition along axis {} at one end; "
                    "both are stepped from in turn, so set it for both",
                    d));
}

/// The steps that the halo is deep enough for along an axis.
index_t deepest_along(const global_block& u, std::size_t d, index_t radius) {
  constexpr index_t any = std::numeric_limits<index_t>::max();
  const halo_axis& halo = u.halo()[d];
  if (radius == 0) return any;
  if (halo.periodic || u.axes()[d].parts() > 1) return std::min(halo.lower, halo.upper) / radius;
  // Conditions fill cells beyond the ends after every step: as many as one step reads.
  const bool too_thin =
      (halo.fills_lower && halo.lower < radius) || (halo.fills_upper && halo.upper < radius);
  return too_thin ? 0 : any;
}

index_t deepest(const global_block& u, const std::vector<index_t>& radius) {
  index_t steps = std::numeric_limits<index_t>::max();
  for (std::size_t d = 0; d < radius.size(); ++d)
    steps = std::min(steps, deepest_along(u, d, radius[d]));
  return steps;
}

void check_depth(const global_block& u, const time_blocking& how, index_t deepest) {
  const index_t wanted = std::max<index_t>(how.depth, 1);
  if (wanted <= deepest) return;
  std::vector<index_t> width = how.radius;
  for (index_t& cells : width)
    if (__builtin_mul_overflow(cells, wanted, &cells)) cells = std::numeric_limits<index_t>::max();
  refuse_steps(fmt::format("{} steps of radius {} need a halo {} wide on every side; it is {}",
                           wanted, text_of(how.radius), text_of(width), text_of(u.halo())));
}

} // namespace

void check_twins(const view_ref& a, const view_ref& b, index_t steps, const time_blocking& how) {
  const global_block& u = *a.block;
  const global_block& v = *b.block;
  if (&u == &v) throw argument_error("iterate(u, v, ...): v and u are the same array");
  check_same_distribution(b, a);
  if (!u.is_dense() || !v.is_dense())
    refuse_steps("an array lies in memory of the caller's with gaps between its rows (see wrap); "
                 "copy it, or call apply");
  agree_if_checked(u.comm(), "a call of iterate", [&] {
    return fmt::format(
        "{} steps of {} and {}, radius {}, depth {}, tile {}, every {}, time step {:f}", steps,
        call_text(a), call_text(b), text_of(how.radius), how.depth, how.tile, how.every,
        how.time_step);
  });
  check_radius(how.radius);
  for (std::size_t d = 0; d < how.radius.size(); ++d) check_same_halo(u, v, d);
  check_depth(u, how, deepest(u, how.radius));
}

void copy_border(global_block& u, global_block& v, const std::vector<index_t>& radius) {
  flat_box all;
  flat_box inner;
  for (std::size_t d = 0; d < radius.size(); ++d) {
    const interval& owned = u.owned(d);
    const halo_axis& ends = u.halo()[d];
    const index_t lower = ends.periodic || ends.fills_lower ? 0 : radius[d];
    const index_t upper = u.axes()[d].size() - (ends.periodic || ends.fills_upper ? 0 : radius[d]);
    if (owned.empty()) return;
    all.lower.push_back(0);
    all.upper.push_back(owned.size());
    inner.lower.push_back(std::clamp<index_t>(lower - owned.lower, 0, owned.size()));
    inner.upper.push_back(std::clamp<index_t>(upper - owned.lower, inner.lower[d], owned.size()));
  }
  const block_layout& layout = u.layout();
  for (const flat_box& slab : frame_around(inner, all)) {
    region cells{layout.origin, {}, layout.strides};
    for (std::size_t d = 0; d < radius.size(); ++d) {
      cells.offset += slab.lower[d] * layout.strides[d];
      cells.shape.push_back(slab.upper[d] - slab.lower[d]);
    }
    strided_copy(cells, cells, u.itemsize()).run(v.data(), u.data());
  }
  v.mark_written();
}

} // namespace tessera::detail
