#include "expressions/alignment.hpp"

#include <tessera/distributed/process_grid.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

int walk_along(const view_ref& view, std::size_t array_axis) {
  for (std::size_t m = 0; m < view.ndim; ++m)
    if (view.walks[m].axis == static_cast<int>(array_axis)) return static_cast<int>(m);
  return axis_walk::none;
}

interval places_in(const axis_walk& walk, index_t size, const interval& wanted) {
  if (wanted.empty() || size == 0) return {0, 0};
  // ceil((x - first) / step) for a positive step; a negative one counts from the other end.
  const index_t step = walk.step > 0 ? walk.step : -walk.step;
  const auto places_below = [&](index_t distance) {
    return distance <= 0 ? index_t{0} : std::min(size, (distance - 1) / step + 1);
  };
  if (walk.step > 0)
    return {places_below(wanted.lower - walk.first), places_below(wanted.upper - walk.first)};
  return {places_below(walk.first - wanted.upper + 1), places_below(walk.first - wanted.lower + 1)};
}

namespace {

/// One axis of the array behind a view.
struct array_axis {
  const view_ref& view;
  std::size_t axis;

  [[nodiscard]] const axis_distribution& rule() const { return view.block->axes()[axis]; }
  [[nodiscard]] int parts() const { return rule().parts(); }
  [[nodiscard]] int rank_stride() const { return view.block->rank_stride(axis); }
  [[nodiscard]] int walked_by() const { return walk_along(view, axis); }
  [[nodiscard]] index_t fixed() const { return view.fixed[axis]; }
};

int distributed_axes(const view_ref& view) {
  int count = 0;
  for (const axis_distribution& axis : view.block->axes()) count += axis.parts() > 1 ? 1 : 0;
  return count;
}

/// The axis of `result`'s array that the ranks divide between them as they do `of`'s.
int partner_of(const array_axis& of, const view_ref& result) {
  for (std::size_t d = 0; d < result.block->axes().size(); ++d) {
    const array_axis candidate{result, d};
    if (candidate.parts() == of.parts() && candidate.rank_stride() == of.rank_stride())
      return static_cast<int>(d);
  }
  return -1;
}

/// Elements of the result's axes that the ranks of one part own.
struct owned_places {
  bool any;
  int axis; // of the result
  interval range;
};

owned_places places_of_part(const view_ref& result, int partner, int part) {
  if (partner < 0) return {true, axis_walk::none, {}};
  const array_axis axis{result, static_cast<std::size_t>(partner)};
  const interval block = axis.rule().block(part);
  const int walked_by = axis.walked_by();
  if (walked_by < 0) return {block.lower <= axis.fixed() && axis.fixed() < block.upper, -1, {}};
  const auto m = static_cast<std::size_t>(walked_by);
  const interval range = places_in(result.walks[m], result.shape[m], block);
  return {!range.empty(), walked_by, range};
}

/// Places on an axis of the operand's array that belong to elements of the result.
interval needed_places(const view_ref& result, const array_axis& needed, const owned_places& own) {
  const int walked_by = needed.walked_by();
  if (walked_by < 0) return {needed.fixed(), needed.fixed() + 1};
  const auto m = static_cast<std::size_t>(walked_by);
  const axis_walk& walk = needed.view.walks[m];
  const std::size_t at = m + result.ndim - needed.view.ndim; // the axis of the result
  interval range{0, result.shape[at]};
  if (needed.view.shape[m] == 1)
    range = {0, 1};
  else if (own.axis == static_cast<int>(at))
    range = own.range;
  const index_t one_end = walk.start() + range.lower * walk.step;
  const index_t other_end = walk.start() + (range.upper - 1) * walk.step;
  return {std::min(one_end, other_end), std::max(one_end, other_end) + 1};
}

/// Elements that are dealt out in turn lie on the ranks that need them only when the result's are
/// dealt out in the same way.
bool is_aligned_cyclic(const view_ref& result, const array_axis& needed, int partner) {
  if (partner < 0) return false;
  const array_axis axis{result, static_cast<std::size_t>(partner)};
  if (needed.rule() != axis.rule()) return false;
  const int by = needed.walked_by();
  const int result_by = axis.walked_by();
  if (by < 0 || result_by < 0)
    return by < 0 && result_by < 0 &&
           needed.rule().owner(needed.fixed()) == axis.rule().owner(axis.fixed());
  const axis_walk& a = needed.view.walks[by];
  const axis_walk& b = result.walks[result_by];
  const std::size_t at = static_cast<std::size_t>(by) + result.ndim - needed.view.ndim;
  return at == static_cast<std::size_t>(result_by) && needed.view.shape[by] == result.shape[at] &&
         a.first == b.first && (a.step == b.step || result.shape[at] == 1);
}

/// Does every part have what it needs along one axis of the operand's array?
bool is_aligned_along(const view_ref& result, const array_axis& needed, bool& reads_halo) {
  const int partner = needed.parts() > 1 ? partner_of(needed, result) : -1;
  if (needed.parts() > 1 && partner < 0) return false;
  if (needed.rule().is_cyclic()) return is_aligned_cyclic(result, needed, partner);
  if (partner >= 0 && result.block->axes()[static_cast<std::size_t>(partner)].is_cyclic())
    return false;
  const halo_axis& halo = needed.view.block->halo()[needed.axis];
  for (int part = 0; part < needed.parts(); ++part) {
    const owned_places own = places_of_part(result, partner, part);
    if (!own.any) continue;
    const interval places = needed_places(result, needed, own);
    const interval block = needed.rule().block(part);
    if (places.empty()) continue;
    if (block.empty() || places.lower < block.lower - halo.lower ||
        places.upper > block.upper + halo.upper)
      return false;
    reads_halo = reads_halo || places.lower < block.lower || places.upper > block.upper;
  }
  return true;
}

bool has_elements(const view_ref& view) {
  return std::all_of(view.shape, view.shape + view.ndim, [](index_t n) { return n > 0; });
}

} // namespace

bool is_same_view(const view_ref& result, const view_ref& operand) {
  if (operand.ndim != result.ndim) return false;
  for (std::size_t m = 0; m < operand.ndim; ++m)
    if (operand.shape[m] != result.shape[m] || operand.walks[m].axis != result.walks[m].axis ||
        operand.walks[m].start() != result.walks[m].first ||
        operand.walks[m].step != result.walks[m].step)
      return false;
  for (std::size_t d = 0; d < operand.block->axes().size(); ++d)
    if (walk_along(operand, d) < 0 && operand.fixed[d] != result.fixed[d]) return false;
  return true;
}

namespace {

/// Is an operand an array shifted against a whole array with the same distribution? Its halo was
/// found to be wide enough when it was shifted; no ranks need to be looked at.
bool is_shifted_whole(const view_ref& result, const view_ref& operand) {
  if (operand.ndim != result.ndim || operand.ndim != operand.block->axes().size()) return false;
  for (std::size_t m = 0; m < operand.ndim; ++m) {
    const axis_walk& walk = operand.walks[m];
    const axis_walk& place = result.walks[m];
    if (walk.axis != static_cast<int>(m) || place.axis != walk.axis || walk.first != 0 ||
        place.first != 0 || walk.step != 1 || place.step != 1 ||
        operand.shape[m] != result.shape[m] || operand.shape[m] != operand.block->axes()[m].size())
      return false;
  }
  return true;
}

} // namespace

bool is_aligned(const view_ref& result, const view_ref& operand, bool& reads_halo) {
  if (operand.block == result.block || operand.block->axes() == result.block->axes()) {
    if (is_same_view(result, operand)) return true;
    if (is_shifted_whole(result, operand)) {
      reads_halo = true;
      return true;
    }
  }
  if (!has_elements(result)) return true;
  if (distributed_axes(operand) != distributed_axes(result)) return false;
  for (std::size_t d = 0; d < operand.block->axes().size(); ++d)
    if (!is_aligned_along(result, {operand, d}, reads_halo)) return false;
  return true;
}

bool are_asked_alike(const view_ref& a, const view_ref& b) {
  if (a.block == b.block) return true;
  const grid_request& one = a.block->request();
  const grid_request& other = b.block->request();
  const axes_span& axes = a.block->axes();
  const axes_span& others = b.block->axes();
  return one.empty() || other.empty() || one == other ||
         !std::equal(axes.begin(), axes.end(), others.begin(), others.end(),
                     [](const axis_distribution& x, const axis_distribution& y) {
                       return x.size() == y.size();
                     });
}

std::string places_text(const view_ref& view) {
  std::string text;
  for (std::size_t d = 0; d < view.block->axes().size(); ++d) {
    text += d > 0 ? ", " : "[";
    std::string place = std::to_string(view.fixed[d]);
    for (std::size_t m = 0; m < view.ndim; ++m) {
      const axis_walk& walk = view.walks[m];
      if (walk.axis != static_cast<int>(d)) continue;
      place = fmt::format("{}:{}", walk.start(), walk.start() + view.shape[m] * walk.step);
      if (walk.step != 1) place += fmt::format(":{}", walk.step);
    }
    text += place;
  }
  return text + "]";
}

bool is_whole(const view_ref& view) {
  const axes_span& axes = view.block->axes();
  bool whole = view.ndim == axes.size();
  for (std::size_t m = 0; whole && m < view.ndim; ++m)
    whole = view.walks[m].axis == static_cast<int>(m) && view.walks[m].first == 0 &&
            view.walks[m].step == 1 && view.shape[m] == axes[m].size();
  return whole;
}

std::string text_of(const view_ref& view) {
  const axes_span& axes = view.block->axes();
  std::string text = distribution_text(axes.data(), axes.size());
  return is_whole(view) ? text : fmt::format("the view {} of {}", places_text(view), text);
}

std::string halo_needed(const view_ref& result, const view_ref& operand) {
  std::string text;
  for (std::size_t d = 0; d < operand.block->axes().size(); ++d) {
    const array_axis needed{operand, d};
    const int partner = needed.parts() > 1 ? partner_of(needed, result) : -1;
    if (needed.rule().is_cyclic() || (needed.parts() > 1 && partner < 0)) return {};
    const halo_axis& halo = operand.block->halo()[d];
    halo_axis least;
    for (int part = 0; part < needed.parts(); ++part) {
      const owned_places own = places_of_part(result, partner, part);
      const interval places = own.any ? needed_places(result, needed, own) : interval{};
      const interval block = needed.rule().block(part);
      if (places.empty()) continue;
      if (block.empty()) return {};
      least.lower = std::max(least.lower, block.lower - places.lower);
      least.upper = std::max(least.upper, places.upper - block.upper);
    }
    if (least.lower <= halo.lower && least.upper <= halo.upper) continue;
    text +=
        fmt::format("; along axis {} a halo of ({}, {}) would hold what is read, it has ({}, {})",
                    d, least.lower, least.upper, halo.lower, halo.upper);
  }
  return text;
}

} // namespace tessera::detail
