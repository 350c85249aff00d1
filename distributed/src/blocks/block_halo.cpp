// The halos of blocks: filled from the owners of their elements, alone or together, and added to
// them.
#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/distributed/blocks/global_block.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tessera::detail {

const transfer_plan& global_block::halo_plan() {
  if (!halo_plan_) {
    transfer_plan plan(comm_, itemsize_);
    tessera::detail::plan_halo(plan, 0, comm_, placement());
    halo_plan_ = std::move(plan);
  }
  return halo_plan_;
}

void global_block::check_freshness() const {
  if (!checks_arguments()) return;
  agree_on_call("the array whose halo is updated");
  // Ranks that disagree would wait for each other for ever.
  const int stale = halo_is_fresh() ? 0 : 1;
  const int stale_somewhere = allreduce_max(comm_, stale);
  const int reporter = stale_somewhere != stale ? comm_.rank() : comm_.size();
  const int first = allreduce_min(comm_, reporter);
  if (first < comm_.size())
    throw argument_error(fmt::format(
        "the elements of a global array were opened for writing on some ranks, but not on rank {}; "
        "call owned(), padded() or data() on all ranks, or on a const array",
        first));
}

transfer global_block::start_halo() {
  check_freshness();
  if (halo_is_fresh()) return {};
  std::byte* const all = storage_.data();
  transfer started = elements_are_fresh() ? transfer() : halo_plan().start(all, all);
  halo_is_fresh_ = true;
  boundary_is_fresh_ = true;
  fill_boundary_after(started);
  return started;
}

void global_block::finish_halo(transfer& exchange) {
  if (!is_tracked_) return exchange.finish();
  const bool was_started = exchange.is_under_way();
  exchange.arrive();
  has_readers_ = has_readers_ || was_started;
}

void global_block::await_readers() const {
  has_readers_ = false;
  if (halo_plan_) halo_plan_.await_readers();
}

void global_block::fill_boundary_after(transfer& exchange) {
  if (boundary_.any())
    exchange.then([](void* block) { static_cast<global_block*>(block)->fill_boundary(); }, this);
}

void global_block::add_halo(combine_row add) {
  agree_on_call("the array whose halo is added");
  if (!adding_plan_) {
    transfer_plan plan(comm_);
    plan_halo_reversed(plan, plan.add_array(itemsize_, add), comm_, placement());
    adding_plan_ = std::move(plan);
  }
  adding_plan_.run(data(), data());
  mark_written();
}

/// The same on all ranks, which make the same arrays in the same order.
global_block::group& global_block::group_of(const std::vector<global_block*>& blocks) {
  constexpr std::size_t most_groups = 4;
  std::vector<std::uint64_t> members;
  members.reserve(blocks.size());
  for (const global_block* const block : blocks) members.push_back(block->number_);
  for (group& known : groups_)
    if (known.members == members) return known;
  if (groups_.size() == most_groups) groups_.erase(groups_.begin());
  group made{std::move(members), transfer_plan(comm_), {}};
  for (const global_block* const block : blocks) {
    const std::size_t array = made.plan.add_array(block->itemsize_);
    tessera::detail::plan_halo(made.plan, array, comm_, block->placement());
    made.data.push_back(block->data());
  }
  groups_.push_back(std::move(made));
  return groups_.back();
}

namespace {

void check_distinct(const std::vector<global_block*>& blocks) {
  for (std::size_t k = 1; k < blocks.size(); ++k)
    if (std::find(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(k), blocks[k]) !=
        blocks.begin() + static_cast<std::ptrdiff_t>(k))
      throw argument_error(fmt::format("array number {} of those whose halos are to be updated is "
                                       "among those before it; name each once",
                                       k));
}

} // namespace

const transfer_plan& global_block::halo_plan(const std::vector<global_block*>& several) {
  check_distinct(several);
  for (const global_block* const block : several)
    if (!block->comm_.same_ranks(comm_))
      throw argument_error("arrays over different ranks share no messages");
  return several.size() == 1 ? halo_plan() : group_of(several).plan;
}

void start_halos(const std::vector<global_block*>& blocks, std::vector<transfer>& started) {
  check_distinct(blocks);
  std::vector<global_block*> together;
  for (global_block* const block : blocks) {
    block->check_freshness();
    if (block->halo_is_fresh()) continue;
    const bool alone = block->elements_are_fresh() || // then its boundary is not
                       (!together.empty() && !together.front()->comm_.same_ranks(block->comm_));
    if (alone)
      started.push_back(block->start_halo());
    else
      together.push_back(block);
  }
  if (together.empty()) return;
  if (together.size() == 1) return started.push_back(together.front()->start_halo());
  global_block::group& group = together.front()->group_of(together);
  started.push_back(group.plan.start_all(group.data.data(), group.data.data()));
  for (global_block* const block : together) {
    block->halo_is_fresh_ = true;
    block->boundary_is_fresh_ = true;
    if (!block->boundary_.any()) continue;
    transfer filling; // finished after the one before
    block->fill_boundary_after(filling);
    started.push_back(std::move(filling));
  }
}

void update_halos(const std::vector<global_block*>& blocks) {
  std::vector<transfer> started;
  start_halos(blocks, started);
  for (transfer& each : started) each.finish();
}

} // namespace tessera::detail
