// How a plan from lists of subscripts runs.
#include "blocks/block_text.hpp"
#include "subscripts/subscript_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

/// Gives elements that were named again what has come for them.
void repeat_values(void* move) {
  const auto& m = *static_cast<const prepared_move*>(move);
  for (std::size_t k = 0; k < m.values.size(); ++k) {
    auto* const values = static_cast<std::byte*>(m.values[k]);
    m.again[k].run(values, values);
  }
}

constexpr std::size_t most_prepared = 8;

const char* name_of(subscript_move move) {
  switch (move) {
  case subscript_move::gather: return "a gather by subscripts";
  case subscript_move::replace: return "a scatter by subscripts";
  case subscript_move::combine: break;
  }
  return "a combination by subscripts";
}

} // namespace

subscript_lists::subscript_lists(const communicator& comm, axes_span axes,
                                 std::vector<halo_axis> halo, const subscript_source& subscripts)
    : state_(new state{comm, std::move(axes), std::move(halo), {}, {}}) {
  try {
    agree_if_checked(comm, "a plan of subscripts", [this] {
      return fmt::format("{}, {}", distribution_text(state_->axes.data(), state_->axes.size()),
                         hex_text(fingerprint_of(state_->axes, state_->halo).value()));
    });
    state_->lists = make_lists(comm, state_->axes, state_->halo, subscripts);
  } catch (...) {
    delete std::exchange(state_, nullptr);
    throw;
  }
}

subscript_lists::~subscript_lists() { delete state_; }

subscript_lists::state& subscript_lists::made() const {
  if (state_ == nullptr)
    throw argument_error("a plan of subscripts that was made without arguments, or moved from");
  return *state_;
}

const communicator& subscript_lists::comm() const { return made().comm; }
index_t subscript_lists::size() const { return made().lists.size; }

index_t subscript_lists::remote() const {
  index_t sum = 0;
  for (const named_elements& from : made().lists.named) sum += from.first.size();
  return sum;
}

index_t subscript_lists::wanted() const {
  index_t sum = 0;
  for (const wanted_elements& to : made().lists.wanted) sum += to.distinct.size();
  return sum;
}

index_t subscript_lists::messages() const {
  return static_cast<index_t>(made().lists.named.size() + made().lists.wanted.size());
}

void subscript_lists::check(const subscript_column* columns, std::size_t count) const {
  const index_t size = made().lists.size;
  collectively(made().comm, [&] {
    for (std::size_t k = 0; k < count; ++k) {
      if (columns[k].count != size)
        throw shape_error(fmt::format("{} values for a list of {} subscripts; one for each",
                                      columns[k].count, size));
      if (columns[k].step != 1 && size > 1)
        throw argument_error(fmt::format("values that lie {} elements apart; copy them to an array "
                                         "of their own, where they are adjacent",
                                         columns[k].step));
    }
  });
}

void subscript_lists::state::check_layout(const global_block& block) const {
  const auto same = [](const halo_axis& a, const halo_axis& b) {
    return a.lower == b.lower && a.upper == b.upper;
  };
  if (axes == block.axes() && comm.same_ranks(block.comm()) &&
      std::equal(halo.begin(), halo.end(), block.halo().begin(), block.halo().end(), same))
    return;
  throw argument_error(fmt::format(
      "a plan of subscripts of an array of {} was run with one of {}{}; make a plan for this array",
      distribution_text(axes.data(), axes.size()),
      distribution_text(block.axes().data(), block.axes().size()),
      axes == block.axes() ? ", which has another halo or other ranks" : ""));
}

void subscript_lists::state::add_column(prepared_move& m, const subscript_column& column) const {
  const index_t itemsize = column.block->itemsize();
  const bool combines = m.move == subscript_move::combine;
  const bool in_order = combines || (m.move == subscript_move::replace && lists.is_shared);
  const std::size_t array = m.plan.add_array(itemsize, in_order ? column.combine : nullptr);
  m.columns.emplace_back(itemsize, column.combine);
  if (m.move == subscript_move::gather) {
    for (const named_elements& from : lists.named) m.plan.receive(from.rank, from.first, array);
    for (const wanted_elements& to : lists.wanted) m.plan.send(to.rank, to.distinct, array);
    m.plan.copy(lists.own_positions, lists.own_places, array);
    m.again.emplace_back(lists.again, lists.again_from, itemsize);
    return;
  }
  for (const named_elements& to : lists.named)
    m.plan.send(to.rank, combines ? to.every : to.last, array);
  for (const wanted_elements& from : lists.wanted)
    m.plan.receive(from.rank, combines ? from.every : from.distinct, array);
  m.plan.copy(lists.own_places, lists.own_positions, array);
}

std::unique_ptr<prepared_move> subscript_lists::state::make(subscript_move move,
                                                            const subscript_column* columns,
                                                            std::size_t count) const {
  auto result = std::make_unique<prepared_move>();
  result->move = move;
  result->plan = transfer_plan(comm);
  for (std::size_t k = 0; k < count; ++k) add_column(*result, columns[k]);
  result->values.resize(count);
  result->blocks.resize(count);
  return result;
}

prepared_move& subscript_lists::state::prepare(subscript_move move, const subscript_column* columns,
                                               std::size_t count) {
  const auto serves = [&](const std::unique_ptr<prepared_move>& known) {
    if (known->move != move || known->columns.size() != count) return false;
    for (std::size_t k = 0; k < count; ++k)
      if (known->columns[k] != std::pair(columns[k].block->itemsize(), columns[k].combine))
        return false;
    return true;
  };
  const auto known = std::find_if(prepared.begin(), prepared.end(), serves);
  if (known != prepared.end()) return **known;
  const auto rests = [](const auto& p) { return !p->plan.is_running(); };
  const auto oldest = std::find_if(prepared.begin(), prepared.end(), rests);
  if (prepared.size() >= most_prepared && oldest != prepared.end()) prepared.erase(oldest);
  prepared.push_back(make(move, columns, count));
  return *prepared.back();
}

transfer subscript_lists::start(subscript_move move, const subscript_column* columns,
                                std::size_t count) const {
  state& s = made();
  for (std::size_t k = 0; k < count; ++k) s.check_layout(*columns[k].block);
  agree_if_checked(s.comm, name_of(move), [&] {
    std::string text;
    for (std::size_t k = 0; k < count; ++k) text += call_text(*columns[k].block) + "; ";
    return text;
  });
  prepared_move& m = s.prepare(move, columns, count);
  for (std::size_t k = 0; k < count; ++k) {
    m.values[k] = columns[k].values;
    m.blocks[k] = columns[k].block->data();
    if (move != subscript_move::gather) columns[k].block->mark_written();
  }
  if (move != subscript_move::gather) return m.plan.start_all(m.values.data(), m.blocks.data());
  transfer started = m.plan.start_all(m.blocks.data(), m.values.data());
  if (s.lists.again.size() > 0) started.then(&repeat_values, &m);
  return started;
}

} // namespace tessera::detail
