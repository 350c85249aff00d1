#include "expressions/call_text.hpp"
#include "stencils/iterate_tuning.hpp"
#include "stencils/stencil_errors.hpp"
#include "stencils/time_tiles.hpp"

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
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

void check_numbers(index_t steps, const time_blocking& how) {
  if (steps < 0) refuse_steps(fmt::format("{} steps", steps));
  check_radius(how.radius);
  if (how.depth < 0) refuse_steps(fmt::format("a depth of {}; 0 lets it be tuned", how.depth));
  if (how.tile < 0) refuse_steps(fmt::format("tiles of {}; 0 lets them be tuned", how.tile));
  if (how.every < 0 || (how.every == 0 && how.has_callback))
    refuse_steps(
        fmt::format("on_steps and until are called every K steps, but `every` is {}", how.every));
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

bool is_empty(const global_block& block) {
  for (std::size_t d = 0; d < block.axes().size(); ++d)
    if (block.owned(d).empty()) return true;
  return false;
}

} // namespace

time_stepper::time_stepper(const view_ref& u, const view_ref& v, index_t steps, time_blocking how)
    : now_(u.block), other_(v.block), steps_(steps),
      how_(std::move(how)), times_{u.block->time(), how_.time_step, 0} {
  if (now_ == other_) throw argument_error("iterate(u, v, ...): v and u are the same array");
  check_same_distribution(v, u);
  if (!now_->is_dense() || !other_->is_dense())
    refuse_steps(
        "an array lies in memory of the caller's with gaps between its rows (see wrap); copy "
        "it, or call apply");
  agree_if_checked(now_->comm(), "a call of iterate", [&] {
    return fmt::format(
        "{} steps of {} and {}, radius {}, depth {}, tile {}, every {}, time step {:f}", steps,
        call_text(u), call_text(v), text_of(how_.radius), how_.depth, how_.tile, how_.every,
        how_.time_step);
  });
  check_numbers(steps, how_);
  for (std::size_t d = 0; d < how_.radius.size(); ++d) check_same_halo(*now_, *other_, d);
  deepest_ = deepest(*now_, how_.radius);
  check_depth(*now_, how_, deepest_);
}

void time_stepper::check_ranges(const read_range* along) const {
  for (std::size_t d = 0; d < how_.radius.size(); ++d) {
    const index_t radius = how_.radius[d];
    if (along[d].lower <= radius && along[d].upper <= radius) continue;
    const index_t offset = along[d].upper > radius ? along[d].upper : -along[d].lower;
    throw index_error(
        fmt::format("iterate: a stencil reads at offset {} along axis {} of arrays of shape {}, "
                    "beyond options.radius, which is {}; the halo is {} wide",
                    offset, d, shape_text(*now_), text_of(how_.radius), text_of(now_->halo())));
  }
}

bool time_stepper::must_watch(const known_reach& reach) const {
  if (reach.is_exact) check_ranges(reach.ranges);
  const index_t least = *std::min_element(how_.radius.begin(), how_.radius.end());
  return !reach.is_exact && !(reach.cannot_throw && reach.bound >= 0 && reach.bound <= least);
}

index_t time_stepper::next_stretch(index_t done) const {
  const index_t left = steps_ - done;
  return how_.every > 0 ? std::min(left, how_.every - done % how_.every) : left;
}

bool time_stepper::all_agree(bool mine) const {
  return allreduce_min(now_->comm(), mine ? 1 : 0) == 1;
}

void time_stepper::copy_border() {
  has_border_ = true;
  if (is_empty(*now_)) return;
  const block_layout& layout = now_->layout();
  for (const flat_box& slab : border_of(*now_, how_.radius)) {
    region cells{layout.origin, {}, layout.strides};
    for (std::size_t d = 0; d < slab.lower.size(); ++d) {
      cells.offset += slab.lower[d] * layout.strides[d];
      cells.shape.push_back(slab.upper[d] - slab.lower[d]);
    }
    strided_copy(cells, cells, now_->itemsize()).run(other_->data(), now_->data());
  }
}

bool time_stepper::advance(index_t steps, const stencil_code& code) {
  const global_block* const start = now_;
  std::vector<index_t> shape;
  for (const axis_distribution& axis : now_->axes()) shape.push_back(axis.size());
  tile_tuning tuning(now_->comm(), {{code.step},
                                    std::move(shape),
                                    now_->comm().size(),
                                    now_->itemsize(),
                                    std::min({deepest_, steps, most_steps_at_once}),
                                    {how_.depth, how_.tile},
                                    false});
  for (index_t left = steps; left > 0;) {
    const tile_choice choice = tuning.next();
    const index_t depth = std::min(choice.depth, left);
    const index_t sweeps = (left + depth - 1) / depth;
    const index_t now = (left + sweeps - 1) / sweeps; // all about as deep
    const timer clock;
    take_steps(now, choice.tile, code);
    tuning.took(clock.elapsed() / static_cast<double>(now));
    left -= now;
  }
  return now_ != start;
}

void time_stepper::take_steps(index_t steps, index_t tile, const stencil_code& code) {
  now_->set_time(times_.after(0));
  {
    TESSERA_PROFILE("iterate: exchange");
    now_->start_halo().finish();
  }
  if (!has_border_) copy_border();
  now_->mark_written();
  other_->mark_written();
  if (code.may_throw || now_->boundary_may_throw())
    collectively(now_->comm(), [&] { take_own_steps(steps, tile, code); });
  else
    take_own_steps(steps, tile, code);
  if (steps % 2 == 1) std::swap(now_, other_);
  times_.taken += steps;
  now_->set_time(times_.after(0));
  other_->set_time(times_.after(-1));
}

void time_stepper::take_own_steps(index_t steps, index_t tile, const stencil_code& code) const {
  TESSERA_PROFILE("iterate: steps");
  if (is_empty(*now_)) return;
  const global_block* const both[] = {now_, other_};
  note_moved(both, 2, steps);
  std::vector<tile_axis> tiles = tiles_of(*now_, tile);
  std::vector<tile_pass> passes;
  for (index_t s = 0; s < steps; ++s) {
    global_block* const from = s % 2 == 0 ? now_ : other_;
    global_block* const to = s % 2 == 0 ? other_ : now_;
    tile_pass pass{&code,
                   {to, from},
                   {{from, {}, times_.after(s)}},
                   cells_of_step(*now_, how_.radius, s + 1, steps)};
    pass.step = times_.taken + s;
    pass.time = times_.after(s);
    for (std::size_t d = 0; d < tiles.size(); ++d) {
      const index_t unit = tiles[d].unit;
      pass.inputs[0].reach[d] = how_.radius[d];
      pass.shift[d] = (s + 1) * ((how_.radius[d] + unit - 1) / unit * unit);
      pass.first_index[d] = now_->owned(d).lower;
    }
    passes.push_back(std::move(pass));
  }
  run_tiles(passes, tiles);
}

} // namespace tessera::detail
