#include <tessera/core/error.hpp>
#include <tessera/distributed/distribution/axis_distribution.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera {

// Here rather than in the header: users' files are full of them.
axis_distribution::axis_distribution(const axis_distribution& other) = default;
axis_distribution::axis_distribution(axis_distribution&& other) noexcept = default;
axis_distribution& axis_distribution::operator=(const axis_distribution& other) = default;
axis_distribution& axis_distribution::operator=(axis_distribution&& other) noexcept = default;
axis_distribution::~axis_distribution() = default;

axis_distribution::axis_distribution(index_t size, int parts) : size_(size), parts_(parts) {
  if (size < 0) throw argument_error(fmt::format("an axis of size {}", size));
  if (parts < 1) throw argument_error(fmt::format("an axis over {} ranks; use 1 or more", parts));
}

axis_distribution::axis_distribution(std::vector<index_t> boundaries)
    : boundaries_(std::move(boundaries)) {
  if (boundaries_.size() < 2 || boundaries_.front() != 0 ||
      !std::is_sorted(boundaries_.begin(), boundaries_.end()))
    throw argument_error(
        fmt::format("boundaries {} of an axis do not ascend from 0 over one part or more",
                    detail::tuple_text(boundaries_.data(), boundaries_.size())));
  size_ = boundaries_.back();
  parts_ = static_cast<int>(boundaries_.size() - 1);
}

axis_distribution axis_distribution::cyclic(index_t size, int parts, index_t block) {
  axis_distribution result(size, parts);
  if (block < 1)
    throw argument_error(fmt::format("a cyclic axis in runs of {} elements; use 1 or more", block));
  // Longer runs than the axis are no different, and their turns might be too long to count.
  if (parts > 1) result.run_ = std::min(block, std::max<index_t>(size, 1));
  return result;
}

axis_distribution axis_distribution::staggered() const {
  if (is_cyclic()) throw argument_error("staggered: an axis whose elements are dealt out in turn");
  if (size_ == 0) throw argument_error("staggered: an axis without cells has no faces");
  std::vector<index_t> boundaries{0};
  for (int part = 0; part < parts_; ++part) {
    const index_t upper = block(part).upper;
    boundaries.push_back(upper == size_ ? size_ + 1 : upper);
  }
  return axis_distribution(std::move(boundaries));
}

interval axis_distribution::block(int part) const {
  if (is_cyclic())
    throw argument_error(
        fmt::format("an axis in cyclic runs of {} elements has no one block per rank; redistribute "
                    "the array to blocks first, or ask for owner, to_local and to_global",
                    run_));
  if (has_boundaries()) {
    const auto k = static_cast<std::size_t>(part);
    return {boundaries_[k], boundaries_[k + 1]};
  }
  const index_t quotient = size_ / parts_;
  const index_t larger = size_ % parts_;
  const index_t lower = part * quotient + std::min<index_t>(part, larger);
  return {lower, lower + quotient + (part < larger ? 1 : 0)};
}

index_t axis_distribution::count_below(int part, index_t i) const {
  if (!is_cyclic()) {
    const interval owned = block(part);
    return std::clamp(i, owned.lower, owned.upper) - owned.lower;
  }
  const index_t turn = parts_ * run_;
  const index_t last = i % turn - part * run_; // elements in the turn that is not complete
  return i / turn * run_ + std::clamp<index_t>(last, 0, run_);
}

index_t axis_distribution::to_local(index_t i) const {
  if (!is_cyclic()) return i - block(owner(i)).lower;
  return i / (parts_ * run_) * run_ + i % run_;
}

index_t axis_distribution::to_global(int part, index_t local) const {
  if (!is_cyclic()) return block(part).lower + local;
  return (local / run_ * parts_ + part) * run_ + local % run_;
}

index_t axis_distribution::stretch_length(int part, index_t local) const {
  const index_t rest = count(part) - local;
  return is_cyclic() ? std::min(rest, run_ - local % run_) : rest;
}

int axis_distribution::owner(index_t i) const {
  if (is_cyclic()) return static_cast<int>(i / run_ % parts_);
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
  if (is_cyclic())
    return {0, static_cast<int>(std::min<index_t>(parts_, (size_ - 1) / run_ + 1)) - 1};
  return {owner(wanted.lower), owner(wanted.upper - 1)};
}

bool operator==(const axis_distribution& a, const axis_distribution& b) {
  if (a.size_ != b.size_ || a.parts_ != b.parts_ || a.run_ != b.run_) return false;
  if (a.is_cyclic()) return true;
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
  std::string cyclic;
  for (std::size_t d = 0; d < ndim; ++d) {
    shape.push_back(axes[d].size());
    grid += fmt::format("{}{}", d > 0 ? " x " : "", axes[d].parts());
    if (axes[d].has_boundaries())
      rules += fmt::format("{}{}", rules.empty() ? " with boundaries along axis " : ", ", d);
    if (axes[d].is_cyclic())
      cyclic += fmt::format(", cyclic in runs of {} along axis {}", axes[d].cyclic_block(), d);
  }
  return fmt::format("shape {} over {} ranks{}{}", tuple_text(shape.data(), ndim), grid, rules,
                     cyclic);
}

} // namespace detail

} // namespace tessera
