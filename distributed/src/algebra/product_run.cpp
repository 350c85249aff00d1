#include "algebra/product_run.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/group.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace tessera::detail {

namespace {

/// Columns of a and rows of b that travel at a time: enough for BLAS to be at its full speed, and
/// small beside the operands.
constexpr index_t panel_depth = 512;
/// Any number of them.
constexpr index_t whole = std::numeric_limits<index_t>::max() / 2;

} // namespace

product_run::product_run(const view_ref& c, const view_ref& a, const view_ref& b,
                         multiply_function multiply)
    : comm_(c.block->comm()), operands_{{a.block, matrix_layout(a), a.itemsize},
                                        {b.block, matrix_layout(b), b.itemsize}},
      result_{c.block, matrix_layout(c), c.itemsize}, multiply_(multiply) {
  row_part_ = part_with(result_.layout.rows(), result_.layout.own().rows);
  column_part_ = part_with(result_.layout.columns(), result_.layout.own().columns);
}

/// What is common to the parts of both operands, from the first column of a to the last.
std::vector<product_run::stretch> product_run::stretches(index_t deepest) const {
  const std::vector<interval>& of_a = operands_[0].layout.columns();
  const std::vector<interval>& of_b = operands_[1].layout.rows();
  std::vector<stretch> result;
  for (std::size_t i = 0; i < of_a.size(); ++i)
    for (std::size_t j = 0; j < of_b.size(); ++j) {
      const index_t upper = std::min(of_a[i].upper, of_b[j].upper);
      for (index_t at = std::max(of_a[i].lower, of_b[j].lower); at < upper; at += deepest)
        result.push_back({{at, std::min(at + deepest, upper)}, i, j});
    }
  std::sort(result.begin(), result.end(),
            [](const stretch& x, const stretch& y) { return x.range.lower < y.range.lower; });
  return result;
}

void product_run::find_node_ranks() {
  std::vector<int> all(static_cast<std::size_t>(comm_.size()));
  std::iota(all.begin(), all.end(), 0);
  node_ranks_ = comm_.group().translate(all, node_->comm().group());
}

/// Also waits until all ranks have their operands.
void product_run::tell_offers() {
  if (node_memory::is_wanted(comm_)) node_ = node_memory::of(comm_);
  if (node_ != nullptr) find_node_ranks();
  offers mine;
  for (std::size_t k = 0; k < operands; ++k) {
    const operand& x = operands_[k];
    const matrix_layout::rectangle& own = x.layout.own();
    mine[k] = {comm_.rank(), static_cast<std::int64_t>(nowhere), own.row_step, own.column_step};
    std::byte* const data = x.block->data(); // waits for ranks that still read the last values
    if (node_ == nullptr) continue;
    mine[k].node = node_->comm().group().translate(0, comm_.group());
    if (!own.empty())
      mine[k].place = static_cast<std::int64_t>(node_->place_of(data + own.offset * x.itemsize));
  }
  static_cast<void>(result_.block->data());
  offers_ = allgather(comm_, mine);
}

bool product_run::is_shared(std::size_t k, int reader, int owner) const {
  const offer& theirs = offers_[static_cast<std::size_t>(owner)][k];
  return reader == owner || (static_cast<shared_place>(theirs.place) != nowhere &&
                             theirs.node == offers_[static_cast<std::size_t>(reader)][k].node);
}

/// Which part of an operand a rectangle of c needs.
product_run::need product_run::need_of(std::size_t k, const stretch& s, std::size_t i,
                                       std::size_t j) const {
  const matrix_layout& from = operands_[k].layout;
  const interval rows = k == 0 ? result_.layout.rows()[i] : s.range;
  const interval columns = k == 0 ? s.range : result_.layout.columns()[j];
  const std::size_t row_part = k == 0 ? part_with(from.rows(), rows) : s.b_part;
  const std::size_t column_part = k == 0 ? s.a_part : part_with(from.columns(), columns);
  return {result_.layout.rank(i, j),
          from.rank(row_part, column_part),
          rows,
          columns,
          rows.lower - from.rows()[row_part].lower,
          columns.lower - from.columns()[column_part].lower};
}

/// Is there any part that its reader cannot read where it lies? All ranks find the same.
bool product_run::must_travel() const {
  for (const stretch& s : stretches(whole))
    for (std::size_t i = 0; i < result_.layout.rows().size(); ++i)
      for (std::size_t j = 0; j < result_.layout.columns().size(); ++j) {
        if (result_.layout.rows()[i].empty() || result_.layout.columns()[j].empty()) continue;
        for (std::size_t k = 0; k < operands; ++k) {
          const need n = need_of(k, s, i, j);
          if (!is_shared(k, n.reader, n.owner)) return true;
        }
      }
  return false;
}

/// What this rank multiplies of an operand: where it lies, or where it was received.
local_matrix product_run::source(std::size_t k, const stretch& s, const std::byte* received) const {
  const need n = need_of(k, s, row_part_, column_part_);
  const index_t rows = n.rows.size();
  const index_t columns = n.columns.size();
  const operand& x = operands_[k];
  if (!is_shared(k, n.reader, n.owner))
    return {const_cast<std::byte*>(received), rows, columns, columns, 1};
  const offer& theirs = offers_[static_cast<std::size_t>(n.owner)][k];
  std::byte* const first = n.owner == comm_.rank()
                               ? x.own()
                               : node_->at(node_ranks_[static_cast<std::size_t>(n.owner)],
                                           static_cast<shared_place>(theirs.place));
  return {first +
              (n.first_row * theirs.row_step + n.first_column * theirs.column_step) * x.itemsize,
          rows, columns, theirs.row_step, theirs.column_step};
}

/// What it throws, is thrown when all messages have come.
void product_run::multiply_stretch(const stretch& s, const std::byte* const* received) {
  const matrix_layout::rectangle& own = result_.layout.own();
  if (own.empty() || failure_) return;
  try {
    const local_matrix to{result_.own(), own.rows.size(), own.columns.size(), own.row_step,
                          own.column_step};
    multiply_(source(0, s, received[0]), source(1, s, received[1]), to, has_begun_);
    has_begun_ = true;
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void product_run::add_messages(panel& p, std::size_t k) const {
  const int me = comm_.rank();
  const matrix_layout::rectangle& mine = operands_[k].layout.own();
  for (std::size_t i = 0; i < result_.layout.rows().size(); ++i)
    for (std::size_t j = 0; j < result_.layout.columns().size(); ++j) {
      const need n = need_of(k, p.what, i, j);
      if (n.rows.empty() || n.columns.empty() || is_shared(k, n.reader, n.owner)) continue;
      // Who owns nothing of c multiplies nothing.
      if (result_.layout.rows()[i].empty() || result_.layout.columns()[j].empty()) continue;
      const std::vector<index_t> shape{n.rows.size(), n.columns.size()};
      if (n.owner == me)
        p.plan.send(n.reader,
                    {mine.offset + n.first_row * mine.row_step + n.first_column * mine.column_step,
                     shape,
                     {mine.row_step, mine.column_step}},
                    k);
      if (n.reader == me) p.plan.receive(n.owner, packed(shape, 0), k);
    }
}

void product_run::start(panel& p) {
  p.plan = transfer_plan(comm_);
  const void* from[operands];
  void* to[operands];
  for (std::size_t k = 0; k < operands; ++k) {
    p.plan.add_array(operands_[k].itemsize);
    add_messages(p, k);
    from[k] = operands_[k].block->data();
    to[k] = p.received[k].data();
  }
  p.under_way = p.plan.start_all(from, to);
}

/// Room for what comes of panels. Collective.
void product_run::make_room(panel* panels, std::size_t count) const {
  const matrix_layout::rectangle& own = result_.layout.own();
  const index_t widths[] = {own.rows.size(), own.columns.size()};
  collectively(comm_, [&] {
    for (std::size_t n = 0; n < count; ++n)
      for (std::size_t k = 0; k < operands && !own.empty(); ++k)
        panels[n].received[k] =
            buffer(static_cast<std::size_t>(widths[k] * panel_depth * operands_[k].itemsize));
  });
}

void product_run::run_in_place() {
  const std::byte* const nothing[operands]{};
  for (const stretch& s : stretches(whole)) multiply_stretch(s, nothing);
}

void product_run::run_in_panels() {
  const std::vector<stretch> all = stretches(panel_depth);
  panel panels[2];
  make_room(panels, 2);
  for (std::size_t t = 0; t <= all.size(); ++t) {
    if (t < all.size()) {
      panels[t % 2].what = all[t];
      start(panels[t % 2]);
    }
    if (t == 0) continue;
    panel& last = panels[(t - 1) % 2];
    last.under_way.finish();
    const std::byte* const received[] = {last.received[0].data(), last.received[1].data()};
    multiply_stretch(last.what, received);
  }
}

void product_run::run() {
  tell_offers();
  if (must_travel())
    run_in_panels();
  else
    run_in_place();
  // Others may still read this rank's operands.
  collectively(comm_, [this] {
    if (failure_) std::rethrow_exception(failure_);
    const matrix_layout::rectangle& own = result_.layout.own();
    if (has_begun_ || own.empty()) return;
    const local_matrix none{nullptr, own.rows.size(), 0, 1, 1};
    multiply_(none, {nullptr, 0, own.columns.size(), 1, 1},
              {result_.own(), own.rows.size(), own.columns.size(), own.row_step, own.column_step},
              false);
  });
  const_cast<global_block*>(result_.block)->mark_written();
}

} // namespace tessera::detail
