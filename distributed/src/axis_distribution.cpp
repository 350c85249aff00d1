#include <tessera/core/error.hpp>
#include <tessera/distributed/axis_distribution.hpp>

#include <algorithm>
#include <string>

namespace tessera {

axis_distribution::axis_distribution(index_t size, int parts) : size_(size), parts_(parts) {
  if (size < 0) throw argument_error("an axis of size " + std::to_string(size));
  if (parts < 1)
    throw argument_error("an axis over " + std::to_string(parts) + " ranks; use 1 or more");
}

axis_distribution::axis_distribution(std::vector<index_t> boundaries)
    : boundaries_(std::move(boundaries)) {
  if (boundaries_.size() < 2 || boundaries_.front() != 0 ||
      !std::is_sorted(boundaries_.begin(), boundaries_.end()))
    throw argument_error("boundaries " +
                         detail::tuple_text(boundaries_.data(), boundaries_.size()) +
                         " of an axis do not ascend from 0 over one part or more");
  size_ = boundaries_.back();
  parts_ = static_cast<int>(boundaries_.size() - 1);
}

interval axis_distribution::block(int part) const {
  if (has_boundaries()) {
    const auto k = static_cast<std::size_t>(part);
    return {boundaries_[k], boundaries_[k + 1]};
  }
  const index_t quotient = size_ / parts_;
  const index_t larger = size_ % parts_;
  const index_t lower = part * quotient + std::min<index_t>(part, larger);
  return {lower, lower + quotient + (part < larger ? 1 : 0)};
}

int axis_distribution::owner(index_t i) const {
  if (has_boundaries()) {
    const auto after = std::upper_bound(boundaries_.begin(), boundaries_.end(), i);
    return static_cast<int>(after - boundaries_.begin()) - 1;
  }
  const index_t quotient = size_ / parts_;
  const index_t larger = size_ % parts_;
  const index_t in_larger = larger * (quotient + 1);
  if (i < in_larger) return static_cast<int>(i / (quotient + 1));
  return static_cast<int>(larger + (i - in_larger) / quotient);
}

axis_distribution::part_range axis_distribution::owners(interval wanted) const {
  wanted.lower = std::max<index_t>(wanted.lower, 0);
  wanted.upper = std::min(wanted.upper, size_);
  if (wanted.empty()) return {};
  return {owner(wanted.lower), owner(wanted.upper - 1)};
}

bool operator==(const axis_distribution& a, const axis_distribution& b) {
  if (a.size_ != b.size_ || a.parts_ != b.parts_) return false;
  if (!a.has_boundaries() && !b.has_boundaries()) return true;
  for (int k = 0; k < a.parts_; ++k)
    if (a.block(k) != b.block(k)) return false;
  return true;
}

namespace detail {

std::string distribution_text(const axis_distribution* axes, std::size_t ndim) {
  std::vector<index_t> shape;
  std::string grid;
  std::string rules;
  for (std::size_t d = 0; d < ndim; ++d) {
    shape.push_back(axes[d].size());
    grid += (d > 0 ? " x " : "") + std::to_string(axes[d].parts());
    if (axes[d].has_boundaries())
      rules += (rules.empty() ? " with boundaries along axis " : ", ") + std::to_string(d);
  }
  return "shape " + tuple_text(shape.data(), ndim) + " over " + grid + " ranks" + rules;
}

} // namespace detail

} // namespace tessera
