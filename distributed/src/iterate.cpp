#include "iterate_tuning.hpp"
#include "time_tiles.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/strided_copy.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/iterate.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace tessera::detail {

namespace {

constexpr index_t most_tried = 16; // steps at once; more gain nothing

void check_numbers(index_t steps, const time_blocking& how) {
  const auto refuse = [](const std::string& text) { throw argument_error("iterate: " + text); };
  if (steps < 0) refuse(std::to_string(steps) + " steps");
  if (how.radius < 1)
    refuse("a radius of " + std::to_string(how.radius) + "; a stencil reads 1 cell or more around");
  if (how.depth < 0) refuse("a depth of " + std::to_string(how.depth) + "; 0 lets it be tuned");
  if (how.tile < 0) refuse("tiles of " + std::to_string(how.tile) + "; 0 lets them be tuned");
  if (how.every < 0 || (how.every == 0 && how.has_callback))
    refuse("on_steps and until are called every K steps, but `every` is " +
           std::to_string(how.every));
}

std::string text_of(const std::vector<halo_axis>& halo) {
  std::string text;
  for (const halo_axis& axis : halo)
    text += (text.empty() ? "(" : ", ") + std::to_string(axis.lower) + "+" +
            std::to_string(axis.upper) + (axis.periodic ? " periodic" : "");
  return text + ")";
}

void check_halos(const global_block& u, const global_block& v) {
  for (std::size_t d = 0; d < u.axes().size(); ++d) {
    const halo_axis& a = u.halo()[d];
    const halo_axis& b = v.halo()[d];
    if (a.lower != b.lower || a.upper != b.upper || a.periodic != b.periodic)
      throw argument_error("iterate: both arrays are stepped from in turn, so their halos must be "
                           "the same; they are " +
                           text_of(u.halo()) + " and " + text_of(v.halo()));
    // They would have to be met again at every step, by cells that are computed on several ranks.
    if (a.fills_lower || a.fills_upper || b.fills_lower || b.fills_upper)
      throw argument_error("iterate: an array has a boundary condition along axis " +
                           std::to_string(d) +
                           " that fills the cells beyond an end; take its steps one by one, with "
                           "apply(v, u, kernel) and std::swap(u, v)");
  }
}

/// Steps that the halo is deep enough for; where no axis needs one, any number.
index_t deepest(const global_block& u, index_t radius) {
  index_t cells = std::numeric_limits<index_t>::max();
  for (std::size_t d = 0; d < u.axes().size(); ++d)
    if (u.halo()[d].periodic || u.axes()[d].parts() > 1)
      cells = std::min({cells, u.halo()[d].lower, u.halo()[d].upper});
  return cells / radius;
}

void check_depth(const global_block& u, const time_blocking& how, index_t deepest) {
  const index_t wanted = std::max<index_t>(how.depth, 1);
  if (wanted > deepest)
    throw argument_error("iterate: " + std::to_string(wanted) + " steps of radius " +
                         std::to_string(how.radius) + " need a halo " +
                         std::to_string(wanted * how.radius) + " wide on every side; it is " +
                         text_of(u.halo()));
}

bool is_empty(const global_block& block) {
  for (std::size_t d = 0; d < block.axes().size(); ++d)
    if (block.owned(d).empty()) return true;
  return false;
}

} // namespace

time_stepper::time_stepper(const operand_ref& u, const operand_ref& v, index_t steps,
                           time_blocking how)
    : now_(u.block), other_(v.block), steps_(steps), how_(how) {
  if (now_ == other_) throw argument_error("iterate(u, v, ...): v and u are the same array");
  check_same_distribution(v, u);
  check_numbers(steps, how);
  check_halos(*now_, *other_);
  deepest_ = deepest(*now_, how.radius);
  check_depth(*now_, how, deepest_);
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
  tile_tuning tuning(now_->comm(), {code.step,
                                    std::move(shape),
                                    now_->comm().size(),
                                    now_->itemsize(),
                                    std::min({deepest_, steps, most_tried}),
                                    {how_.depth, how_.tile}});
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
  now_->start_halo().finish();
  if (!has_border_) copy_border();
  now_->mark_written();
  other_->mark_written();
#ifdef TESSERA_CHECKED
  // A kernel may read too far on some ranks only.
  collectively(now_->comm(), [&] { take_own_steps(steps, tile, code); });
#else
  take_own_steps(steps, tile, code);
#endif
  if (steps % 2 == 1) std::swap(now_, other_);
}

void time_stepper::take_own_steps(index_t steps, index_t tile, const stencil_code& code) const {
  if (is_empty(*now_)) return;
  std::vector<flat_box> cells;
  for (index_t s = 1; s <= steps; ++s) cells.push_back(cells_of_step(*now_, how_.radius, s, steps));
  const std::size_t ndim = now_->axes().size();
  std::vector<tile_axis> tiles(ndim);
  tiles[0] = {rows_at_once, how_.radius, 0};
  if (ndim > 2) {
    tiles[1] = {tile, how_.radius, 0};
  } else {
    const index_t line = std::max<index_t>(cache_line / now_->itemsize(), 1);
    const index_t skew = (how_.radius + line - 1) / line * line;
    tiles[ndim - 1] = {tile, skew, now_->layout().origin};
  }
  run_tiles(*now_, *other_, cells, tiles, code);
}

} // namespace tessera::detail
