#include <tessera/distributed/copies/group_copies.hpp>

#include "collective/private_messages.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/group.hpp>

#include <fmt/core.h>

#include <numeric>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

using words = std::vector<index_t>;

void write_axis(words& to, const axis_distribution& axis) {
  to.push_back(axis.size());
  to.push_back(axis.parts());
  to.push_back(axis.cyclic_block());
  to.push_back(axis.has_boundaries() ? 1 : 0);
  for (int part = 0; axis.has_boundaries() && part < axis.parts(); ++part)
    to.push_back(axis.block(part).upper);
}

axis_distribution read_axis(const index_t*& next) {
  const index_t size = *next++;
  const int parts = static_cast<int>(*next++);
  const index_t run = *next++;
  const bool has_boundaries = *next++ != 0;
  if (run > 0) return axis_distribution::cyclic(size, parts, run);
  if (!has_boundaries) return {size, parts};
  std::vector<index_t> boundaries{0};
  boundaries.insert(boundaries.end(), next, next + parts);
  next += parts;
  return axis_distribution(std::move(boundaries));
}

/// An array as all ranks of the parent know it.
class known_array {
public:
  /// Collective over `parent`.
  known_array(const communicator& parent, const view_ref* own, const char* role) {
    const words told = tell(parent, own, role);
    const index_t* next = told.data();
    itemsize_ = *next++;
    const index_t ndim = *next++;
    const index_t count = *next++;
    for (index_t k = 0; k < count; ++k) ranks_.push_back(static_cast<int>(*next++));
    for (index_t d = 0; d < ndim; ++d) {
      axes_.push_back(read_axis(next));
      shape_.push_back(axes_.back().size());
      walks_.push_back({0, 1, static_cast<int>(d), 0});
    }
    layout_.strides.assign(axes_.size(), 0);
    if (own == nullptr) return;
    layout_ = own->block->layout();
    me_ = own->block->comm().rank();
  }

  [[nodiscard]] placed_view view() const {
    return {axes_.size(), shape_.data(), walks_.data(), nullptr, &axes_, layout_};
  }
  [[nodiscard]] group_side side(const placed_view& view) const {
    return {view, me_, ranks_.data()};
  }
  [[nodiscard]] const words& shape() const { return shape_; }
  [[nodiscard]] index_t itemsize() const { return itemsize_; }

private:
  static words describe(const communicator& parent, const view_ref& own, const char* role);
  static words tell(const communicator& parent, const view_ref* own, const char* role);

  index_t itemsize_ = 0;
  std::vector<int> ranks_;
  axes_span axes_;
  words shape_;
  std::vector<axis_walk> walks_;
  block_layout layout_;
  int me_ = -1;
};

/// What the first rank of an array's own tells the others.
words known_array::describe(const communicator& parent, const view_ref& own, const char* role) {
  const group all = own.block->comm().group();
  std::vector<int> numbers(static_cast<std::size_t>(all.size()));
  std::iota(numbers.begin(), numbers.end(), 0);
  words result{own.itemsize, static_cast<index_t>(own.block->axes().size()), all.size()};
  for (const int rank : all.translate(numbers, parent.group())) {
    if (rank < 0)
      throw argument_error(fmt::format("the array that is copied {} is on ranks that are not among "
                                       "the {} of the communicator",
                                       role, parent.size()));
    result.push_back(rank);
  }
  for (const axis_distribution& axis : own.block->axes()) write_axis(result, axis);
  return result;
}

words known_array::tell(const communicator& parent, const view_ref* own, const char* role) {
  const bool is_first = own != nullptr && own->block->comm().rank() == 0;
  const std::int64_t first =
      allreduce_min(parent, std::int64_t{is_first ? parent.rank() : parent.size()});
  const auto given = allreduce_sum(parent, std::int64_t{own != nullptr ? 1 : 0});
  if (first == parent.size())
    throw argument_error(fmt::format("no rank has brought an array to copy {}: those that are in "
                                     "its communicator give it, the others an empty one",
                                     role));
  words told = collectively(parent, [&] {
    return is_first && first == parent.rank() ? describe(parent, *own, role) : words();
  });
  auto count = static_cast<index_t>(told.size());
  broadcast(parent, &count, 1, static_cast<int>(first));
  told.resize(static_cast<std::size_t>(count));
  broadcast(parent, told.data(), count, static_cast<int>(first));
  if (given != told[2])
    throw argument_error(
        fmt::format("{} of the {} ranks that have the array to copy {} gave it; all "
                    "of them must, and no others",
                    given, told[2], role));
  return told;
}

} // namespace

void copy_between_groups(const communicator& parent, const view_ref* from, const view_ref* to) {
  check_usable(parent);
  const known_array source(parent, from, "from");
  const known_array target(parent, to, "to");
  if (source.shape() != target.shape())
    throw shape_error(fmt::format("an array of shape {} cannot be copied to one of shape {}",
                                  tuple_text(source.shape().data(), source.shape().size()),
                                  tuple_text(target.shape().data(), target.shape().size())));
  collectively(parent, [&] {
    if (from != nullptr && to != nullptr && from->block == to->block)
      throw argument_error("an array cannot be copied to itself");
  });
  // Its messages must meet neither users' nor those of collective calls.
  transfer_plan plan(private_communicator(private_communicator(parent)), source.itemsize());
  const placed_view from_view = source.view();
  const placed_view to_view = target.view();
  add_copy_between_groups(plan, target.side(to_view), source.side(from_view));
  plan.run(from != nullptr ? from->block->data() : nullptr,
           to != nullptr ? to->block->data() : nullptr);
  if (to != nullptr) to->block->mark_written();
}

} // namespace tessera::detail
