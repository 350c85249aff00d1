#include "expressions/alignment.hpp"
#include "expressions/call_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/arrays/copy_plan.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera {

namespace detail {

view_layout::view_layout(const view_ref& view)
    : comm_(view.block->comm()), itemsize_(view.itemsize),
      shape_(view.shape, view.shape + view.ndim), walks_(view.walks, view.walks + view.ndim),
      fixed_(view.fixed, view.fixed + max_ndim), axes_(view.block->axes()),
      halo_(view.block->halo()) {
  const std::string text = text_of(view);
  text_.assign(text.begin(), text.end());
  for (std::size_t m = 0; m < view.ndim; ++m)
    if (view.walks[m].axis >= 0) fixed_[static_cast<std::size_t>(view.walks[m].axis)] = 0;
}

void view_layout::check(const view_ref& view, const char* role) const {
  const view_layout other(view);
  const auto same_walk = [](const axis_walk& a, const axis_walk& b) {
    return a.axis == b.axis && a.first == b.first && a.step == b.step;
  };
  const auto same_halo = [](const halo_axis& a, const halo_axis& b) {
    return a.lower == b.lower && a.upper == b.upper;
  };
  if (itemsize_ == other.itemsize_ && shape_ == other.shape_ && axes_ == other.axes_ &&
      std::equal(fixed_.begin(), fixed_.begin() + static_cast<std::ptrdiff_t>(axes_.size()),
                 other.fixed_.begin()) &&
      std::equal(walks_.begin(), walks_.end(), other.walks_.begin(), other.walks_.end(),
                 same_walk) &&
      std::equal(halo_.begin(), halo_.end(), other.halo_.begin(), other.halo_.end(), same_halo) &&
      comm_.same_ranks(other.comm_))
    return;
  const std::string own(text_.begin(), text_.end());
  throw argument_error(fmt::format(
      "a plan that copies {} {} was run with {}{}; make a plan for these arrays", role, own,
      text_of(view), text_ == other.text_ ? ", which lies otherwise in memory" : ""));
}

} // namespace detail

copy_plan::copy_plan(const detail::view_ref& from, const detail::view_ref& to)
    : from_(from), to_(to), plan_(detail::plan_between(to, from)) {
  if (detail::may_overlap(to, from))
    throw argument_error("a plan between views that overlap; assign one to the other instead");
}

transfer copy_plan::start(const detail::view_ref& from, const detail::view_ref& to) const {
  from_.check(from, "from");
  to_.check(to, "to");
  if (detail::may_overlap(to, from))
    throw argument_error("a plan was run between views that overlap");
  detail::agree_if_checked(to.block->comm(), "a planned copy", [&] {
    return fmt::format("{} to {}", detail::call_text(from), detail::call_text(to));
  });
  transfer started = plan_.start(from.block->data(), to.block->data());
  to.block->mark_written();
  return started;
}

} // namespace tessera
