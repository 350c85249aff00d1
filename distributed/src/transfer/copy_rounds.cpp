#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/memory/block_storage.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/transfer/copy_rounds.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace tessera::detail {

namespace {

/// Elements first ... first + count - 1 of a region, the last axis fastest, as regions in that
/// order.
void cut(const region& r, index_t first, index_t count, std::vector<region>& result) {
  if (count == 0) return;
  if (count == r.size()) return result.push_back(r);
  std::size_t d = 0;
  while (r.shape[d] == 1) ++d;
  const index_t row = r.size() / r.shape[d];
  const index_t inside = first % row;
  region part = r;
  part.offset += first / row * r.strides[d];
  if (inside > 0 || count < row) {
    const index_t n = count < row - inside ? count : row - inside;
    part.shape[d] = 1;
    cut(part, inside, n, result);
    return cut(r, first + n, count - n, result);
  }
  part.shape[d] = count / row;
  result.push_back(part);
  cut(r, first + count / row * row, count % row, result);
}

/// The same of several regions, one behind the other.
std::vector<region> cut(const std::vector<region>& all, index_t first, index_t count) {
  std::vector<region> result;
  for (const region& r : all) {
    const index_t n = r.size();
    if (first < n && count > 0) {
      const index_t here = count < n - first ? count : n - first;
      cut(r, first, here, result);
      count -= here;
      first = n;
    }
    first -= n;
  }
  return result;
}

} // namespace

void recorded_copy::add(std::vector<message>& all, int peer, const region& where) {
  const index_t items = where.size();
  if (items == 0) return;
  // Regions come peer by peer.
  if (all.empty() || all.back().peer != peer) all.push_back({peer, 0, {}});
  all.back().items += items;
  all.back().regions.push_back(where);
}

index_t recorded_copy::messages() const {
  return static_cast<index_t>(sends_.size() + receives_.size());
}

index_t recorded_copy::longest() const {
  index_t result = 0;
  for (const auto* list : {&sends_, &receives_})
    for (const message& m : *list) result = std::max(result, m.items);
  return result;
}

transfer_plan recorded_copy::round(const communicator& comm, index_t itemsize, index_t k,
                                   index_t items) const {
  transfer_plan plan(comm, itemsize);
  const auto part_of = [&](const message& m) {
    const index_t first = std::min(k * items, m.items);
    return cut(m.regions, first, std::min(items, m.items - first));
  };
  for (const message& m : receives_)
    for (const region& r : part_of(m)) plan.receive(m.peer, r);
  for (const message& m : sends_)
    for (const region& r : part_of(m)) plan.send(m.peer, r);
  if (k == 0)
    for (const local& l : locals_) plan.copy(l.to, l.from);
  return plan;
}

copy_rounds::copy_rounds(const communicator& comm, index_t itemsize, recorded_copy recorded)
    : comm_(comm), itemsize_(itemsize), recorded_(std::move(recorded)) {
  items_ = std::max<index_t>(recorded_.longest(), 1);
  count();
}

/// Makes the last round, and counts what all of them send.
void copy_rounds::count() {
  messages_ = bytes_ = peak_memory_ = 0;
  for (index_t k = 0; k < rounds_; ++k) {
    last_ = recorded_.round(comm_, itemsize_, k, items_);
    messages_ += last_.messages();
    bytes_ += last_.bytes();
    peak_memory_ = std::max(peak_memory_, last_.peak_memory());
  }
}

void copy_rounds::limit_memory(index_t max_bytes) {
  if (last_.is_running())
    throw argument_error("the memory of a copy was limited while it was running");
  detail::agree_if_checked(comm_, "a limit of a copy's memory",
                           [&] { return fmt::format("{} bytes", max_bytes); });
  using detail::cache_line; // where messages begin
  const index_t mine =
      max_bytes / std::max<index_t>(recorded_.messages(), 1) / cache_line * cache_line;
  const index_t bytes = allreduce_min(comm_, mine);
  const index_t least = (itemsize_ + cache_line - 1) / cache_line * cache_line;
  if (bytes < least)
    throw argument_error(
        fmt::format("a limit of {} bytes leaves some rank less than {} for each of its messages",
                    max_bytes, least));
  items_ = bytes / itemsize_;
  const index_t rounds = (recorded_.longest() + items_ - 1) / items_;
  rounds_ = std::max<index_t>(allreduce_max(comm_, rounds), 1);
  count();
}

transfer copy_rounds::start(const void* from, void* to) const {
  if (last_.is_running()) throw argument_error("a copy was started again before it was finished");
  for (index_t k = 0; k + 1 < rounds_; ++k)
    recorded_.round(comm_, itemsize_, k, items_).run(from, to);
  return last_.start(from, to);
}

} // namespace tessera::detail
