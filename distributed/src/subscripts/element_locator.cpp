#include "subscripts/element_locator.hpp"

namespace tessera::detail {

element_locator::element_locator(const axes_span& axes, const std::vector<halo_axis>& halo)
    : index_(axes.size()) {
  for (std::size_t d = 0; d < axes.size(); ++d)
    axes_.push_back({&axes[d], halo[d].lower, halo[d].lower + halo[d].upper, -1, {}, 0});
}

void element_locator::visit(axis_state& a, index_t i) const {
  const int part = a.axis->owner(i);
  if (part == a.part) return;
  a.part = part;
  a.owned = a.axis->is_cyclic() ? interval{} : a.axis->block(part);
  a.length = a.axis->count(part) + a.around;
}

element_locator::location element_locator::of(const index_t* index) {
  location result{0, 0};
  for (std::size_t d = 0; d < axes_.size(); ++d) {
    axis_state& a = axes_[d];
    const index_t i = index[d];
    if (i < a.owned.lower || i >= a.owned.upper) visit(a, i);
    const index_t local = a.axis->is_cyclic() ? a.axis->to_local(i) : i - a.owned.lower;
    result.rank = result.rank * a.axis->parts() + a.part;
    result.place = result.place * a.length + local + a.before;
  }
  return result;
}

element_locator::location element_locator::of_flat(index_t flat) {
  for (std::size_t d = axes_.size(); d-- > 1;) {
    const index_t n = axes_[d].axis->size();
    index_[d] = flat % n;
    flat /= n;
  }
  index_[0] = flat;
  return of(index_.data());
}

} // namespace tessera::detail
