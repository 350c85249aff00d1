#include "zarr/chunks/owned_chunks.hpp"

#include <tessera/core/types/advance_index.hpp>
#include <tessera/distributed/global_array.hpp>

#include <algorithm>
#include <vector>

namespace tessera::detail {

namespace {

// Each is a round of messages: with more, all elements may as well travel.
constexpr std::size_t most_boxes = 128;

/// Does a view run along each axis of its array once at most, and are elements nowhere dealt out in
/// turn? Otherwise ranks have no boxes of it.
bool has_boxes(const view_ref& view) {
  const axes_span& axes = view.block->axes();
  std::vector<bool> is_walked(axes.size(), false);
  for (std::size_t m = 0; m < view.ndim; ++m) {
    if (view.walks[m].axis < 0) continue;
    const auto d = static_cast<std::size_t>(view.walks[m].axis);
    if (is_walked[d] || view.walks[m].shift != 0) return false;
    is_walked[d] = true;
  }
  return std::none_of(axes.begin(), axes.end(),
                      [](const axis_distribution& axis) { return axis.is_cyclic(); });
}

/// The chunks that lie in a stretch of an axis as a whole.
interval whole_chunks(const interval& part, index_t chunk, index_t size) {
  const index_t lower = (part.lower + chunk - 1) / chunk * chunk;
  const index_t upper = part.upper == size ? size : part.upper / chunk * chunk;
  return {lower, std::max(lower, upper)};
}

} // namespace

owned_chunks::owned_chunks(const file_source& from, const std::vector<index_t>& chunk)
    : shape_(from.shape), chunk_(chunk) {
  if (from.global == nullptr) return; // rank 0 has all
  if (std::find(shape_.begin(), shape_.end(), 0) != shape_.end()) return;
  const view_ref& view = *from.global;
  if (!has_boxes(view)) {
    divide_all();
    return;
  }
  std::vector<stretches> whole;
  for (std::size_t m = 0; m < shape_.size(); ++m) whole.push_back(whole_along(view, m));
  for (std::size_t m = 0; m < shape_.size() && divided_.size() <= most_boxes; ++m)
    add_boxes(whole, m);
  if (divided_.size() > most_boxes) divide_all();
}

void owned_chunks::divide_all() {
  has_whole_ = false;
  divided_ = {{std::vector<index_t>(shape_.size(), 0), shape_, chunk_}};
}

owned_chunks::stretches owned_chunks::whole_along(const view_ref& view, std::size_t m) const {
  const axis_walk& walk = view.walks[m];
  const index_t size = shape_[m];
  if (walk.axis < 0) return {{0, size}};
  const axis_distribution& parts = view.block->axes()[static_cast<std::size_t>(walk.axis)];
  stretches found;
  for (int k = 0; k < parts.parts(); ++k) {
    const interval here = whole_chunks(places_in(walk, size, parts.block(k)), chunk_[m], size);
    if (!here.empty()) found.push_back({here.lower, here.upper});
  }
  std::sort(found.begin(), found.end(),
            [](const stretch& a, const stretch& b) { return a.lower < b.lower; });
  stretches joined;
  for (const stretch& s : found) {
    if (!joined.empty() && joined.back().upper == s.lower)
      joined.back().upper = s.upper;
    else
      joined.push_back(s);
  }
  return joined;
}

owned_chunks::stretches owned_chunks::between(const stretches& whole, std::size_t axis) const {
  stretches gaps;
  index_t end = 0;
  for (const stretch& s : whole) {
    if (s.lower > end) gaps.push_back({end, s.lower});
    end = s.upper;
  }
  if (end < shape_[axis]) gaps.push_back({end, shape_[axis]});
  return gaps;
}

/// Boxes of the chunks that are divided along an axis, and along none of those before it.
void owned_chunks::add_boxes(const std::vector<stretches>& whole, std::size_t axis) {
  std::vector<stretches> along(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(axis));
  along.push_back(between(whole[axis], axis));
  std::vector<index_t> counts;
  counts.reserve(along.size());
  for (const stretches& s : along) counts.push_back(static_cast<index_t>(s.size()));
  if (std::find(counts.begin(), counts.end(), 0) != counts.end()) return;
  std::vector<index_t> at(along.size(), 0);
  do {
    chunked_box box{std::vector<index_t>(shape_.size(), 0), shape_, chunk_};
    for (std::size_t d = 0; d < along.size(); ++d) {
      const stretch& s = along[d][static_cast<std::size_t>(at[d])];
      box.lower[d] = s.lower;
      box.shape[d] = s.upper - s.lower;
    }
    divided_.push_back(box);
    if (divided_.size() > most_boxes) return;
  } while (advance_index(at.data(), at.size(), counts.data()) > 0);
}

file_part owned_chunks::whole(const file_part& held) const {
  file_part part = held;
  if (part.memory.size() == 0) return part;
  if (!has_whole_) {
    part.memory.shape.assign(part.memory.shape.size(), 0);
    return part;
  }
  for (std::size_t m = 0; m < chunk_.size(); ++m) {
    const interval here =
        whole_chunks({part.lower[m], part.lower[m] + part.memory.shape[m]}, chunk_[m], shape_[m]);
    if (!here.empty()) part.memory.offset += (here.lower - part.lower[m]) * part.memory.strides[m];
    part.lower[m] = here.lower;
    part.memory.shape[m] = here.size();
  }
  return part;
}

} // namespace tessera::detail
