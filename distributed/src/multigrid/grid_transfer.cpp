#include <tessera/distributed/multigrid/grid_transfer.hpp>

#include <algorithm>
#include <cmath>

namespace tessera::detail {

namespace {

/// Where fine value i lies among the coarse ones.
axis_transfer::between place_of(const grid_axis& fine, const grid_axis& coarse, index_t i) {
  const double at =
      (static_cast<double>(i) + fine.margin(fine.lower)) * (coarse.length() / fine.length()) -
      coarse.margin(coarse.lower);
  const double first = std::floor(at);
  return {static_cast<index_t>(first), at - first};
}

/// What a value beyond an end is, as a multiple of that next to the end.
double mirrored(boundary_kind kind) {
  if (kind == boundary_kind::reflecting) return 1.0;
  return kind == boundary_kind::antireflecting ? -1.0 : 0.0;
}

/// The weight of coarse value j in fine value i, with what the ends make of it.
double weight_of(const grid_axis& fine, const grid_axis& coarse, index_t i, index_t j) {
  const axis_transfer::between place = place_of(fine, coarse, i);
  double weight = 0.0;
  const auto take = [&](index_t at, double share) {
    if (at == j) weight += share;
    if (coarse.is_periodic()) return;
    if (at < 0 && j == 0) weight += share * mirrored(coarse.lower);
    if (at >= coarse.size && j == coarse.size - 1) weight += share * mirrored(coarse.upper);
  };
  take(place.first, 1.0 - place.weight);
  take(place.first + 1, place.weight);
  return weight;
}

/// The fine values that a coarse one may take part in.
interval candidates(const grid_axis& fine, const grid_axis& coarse, index_t j) {
  const double ratio = fine.length() / coarse.length();
  const double middle =
      (static_cast<double>(j) + coarse.margin(coarse.lower)) * ratio - fine.margin(fine.lower);
  interval range{static_cast<index_t>(std::floor(middle - ratio)) - 1,
                 static_cast<index_t>(std::ceil(middle + ratio)) + 2};
  if (fine.is_periodic()) return range;
  return {std::max<index_t>(range.lower, 0), std::min(range.upper, fine.size)};
}

axis_transfer::gathered gathered_by(const grid_axis& fine, const grid_axis& coarse, index_t j) {
  const double scale = coarse.length() / fine.length();
  axis_transfer::gathered result{0, {}};
  const interval range = candidates(fine, coarse, j);
  for (index_t i = range.lower; i < range.upper; ++i) {
    const double weight = weight_of(fine, coarse, i, j) * scale;
    if (result.weights.empty()) {
      if (weight == 0.0) continue;
      result.first = i;
    }
    result.weights.push_back(weight);
  }
  while (!result.weights.empty() && result.weights.back() == 0.0) result.weights.pop_back();
  return result;
}

} // namespace

grid_axis coarser(const grid_axis& fine) {
  grid_axis result = fine;
  const double ends = fine.length() - static_cast<double>(fine.size); // as long as these beyond n
  result.size = static_cast<index_t>(std::ceil(fine.length() / 2 - ends));
  result.spacing = fine.spacing * fine.length() / result.length();
  return result;
}

axis_transfer::axis_transfer(const grid_axis& fine, const grid_axis& coarse,
                             const interval& fine_part, const interval& coarse_part)
    : coarse_size_(coarse_part.size()), fine_size_(fine_part.size()) {
  for (index_t i = fine_part.lower; i < fine_part.upper; ++i) {
    between place = place_of(fine, coarse, i);
    place.first -= coarse_part.lower;
    up_.push_back(place);
  }
  for (index_t j = coarse_part.lower; j < coarse_part.upper; ++j) {
    gathered from = gathered_by(fine, coarse, j);
    from.first -= fine_part.lower;
    down_.push_back(std::move(from));
  }
}

axis_transfer::widths axis_transfer::coarse_halo() const {
  widths result;
  for (const between& place : up_) result.take(-place.first, place.first + 2 - coarse_size_);
  return result;
}

axis_transfer::widths axis_transfer::fine_halo() const {
  widths result;
  for (const gathered& from : down_)
    result.take(-from.first, from.first + static_cast<index_t>(from.weights.size()) - fine_size_);
  return result;
}

std::vector<index_t> coarse_boundaries(const axis_distribution& fine, index_t coarse_size) {
  std::vector<index_t> result{0};
  const double ratio =
      fine.size() > 0 ? static_cast<double>(coarse_size) / static_cast<double>(fine.size()) : 0.0;
  for (int part = 0; part < fine.parts(); ++part) {
    const double end = static_cast<double>(fine.block(part).upper) * ratio;
    result.push_back(
        std::clamp(static_cast<index_t>(std::floor(end + 0.5)), result.back(), coarse_size));
  }
  result.back() = coarse_size;
  return result;
}

} // namespace tessera::detail
