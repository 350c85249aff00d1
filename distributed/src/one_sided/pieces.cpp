#include "one_sided/pieces.hpp"

#include "expressions/alignment.hpp"
#include "plans/view_axis.hpp"

namespace tessera::detail {

namespace {

/// An axis of the view as plans see it.
view_axis axis_of(const view_ref& part, std::size_t m) {
  const axis_walk& walk = part.walks[m];
  const axis_distribution* const rule =
      walk.axis >= 0 ? &part.block->axes()[static_cast<std::size_t>(walk.axis)] : nullptr;
  return {{walk.start(), walk.step, walk.axis, 0}, part.shape[m], rule};
}

} // namespace

piece_walk::piece_walk(const one_sided_state& state, const view_ref& part, const array_ref& local)
    : state_(state), part_(part), local_(local) {
  for (std::size_t m = 0; m < part.ndim; ++m) is_empty_ = is_empty_ || part.shape[m] == 0;
  for (std::size_t d = 0; d < part.block->axes().size() && !is_empty_; ++d) {
    if (walk_along(part, d) >= 0) continue;
    const axis_distribution& axis = part.block->axes()[d];
    fixed_owner_ += axis.owner(part.fixed[d]) * part.block->rank_stride(d);
    fixed_local_[d] = axis.to_local(part.fixed[d]);
  }
}

void piece_walk::take_stretch(std::size_t m, index_t from) {
  const view_axis axis = axis_of(part_, m);
  first_[m] = from;
  end_[m] = axis.stretch_end(from);
  owner_[m] =
      axis.rule == nullptr
          ? 0
          : axis.owner(from) * part_.block->rank_stride(static_cast<std::size_t>(axis.walk.axis));
  where_[m] = axis.local(from);
}

bool piece_walk::advance() {
  std::size_t m = part_.ndim;
  while (m > 0 && end_[m - 1] == part_.shape[m - 1]) take_stretch(--m, 0);
  if (m == 0) return false;
  take_stretch(m - 1, end_[m - 1]);
  return true;
}

bool piece_walk::next() {
  if (is_empty_) return false;
  if (has_begun_) {
    if (!advance()) return false;
  } else {
    has_begun_ = true;
    for (std::size_t m = 0; m < part_.ndim; ++m) take_stretch(m, 0);
  }
  place_piece();
  return true;
}

void piece_walk::place_piece() {
  owned_piece& p = piece_;
  p.owner = fixed_owner_;
  for (std::size_t m = 0; m < part_.ndim; ++m) p.owner += owner_[m];
  const index_t* const strides = state_.strides(p.owner);
  index_t at = state_.origin(p.owner);
  for (std::size_t d = 0; d < part_.block->axes().size(); ++d) at += fixed_local_[d] * strides[d];
  index_t beside = 0;
  for (std::size_t m = 0; m < part_.ndim; ++m) {
    const axis_walk& walk = part_.walks[m];
    p.shape[m] = end_[m] - first_[m];
    p.strides[m] = walk.axis < 0 ? 0 : walk.step * strides[walk.axis];
    p.local_strides[m] = local_.strides[m];
    beside += first_[m] * local_.strides[m];
    if (walk.axis >= 0) at += where_[m] * strides[walk.axis];
    if (p.strides[m] < 0) { // from the other end
      at += (p.shape[m] - 1) * p.strides[m];
      beside += (p.shape[m] - 1) * local_.strides[m];
      p.strides[m] = -p.strides[m];
      p.local_strides[m] = -p.local_strides[m];
    }
    p.steps[m] = p.strides[m] * part_.itemsize;
  }
  p.at = at * part_.itemsize;
  p.local = local_.data + beside * part_.itemsize;
}

} // namespace tessera::detail
