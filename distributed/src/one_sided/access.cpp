// Opening, fences, flushes and the end of one-sided access.
#include "blocks/block_text.hpp"
#include "one_sided/state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/one_sided/access.hpp>

#include <atomic>
#include <exception>

namespace tessera::detail {

namespace {

std::vector<index_t> all_layouts(const global_block& block) {
  const communicator& comm = block.comm();
  std::vector<index_t> mine{block.layout().origin};
  mine.insert(mine.end(), block.layout().strides.begin(), block.layout().strides.end());
  std::vector<index_t> all(mine.size() * static_cast<std::size_t>(comm.size()));
  allgather_bytes(comm, mine.data(), all.data(), static_cast<int>(mine.size() * sizeof(index_t)));
  return all;
}

/// Of memory that others address, which has no gaps before its first cell.
index_t bytes_in_memory(const global_block& block) {
  if (block.bytes() == 0) return 0;
  index_t last = 0;
  for (std::size_t d = 0; d < block.axes().size(); ++d)
    last += (block.padded_shape()[d] - 1) * block.layout().strides[d];
  return (last + 1) * block.itemsize();
}

} // namespace

one_sided_state::one_sided_state(global_block& block)
    : locked(static_cast<std::size_t>(block.comm().size()), 0), comm_(block.comm()),
      ndim_(block.axes().size()),
      layouts_((block.agree_on_call("one-sided access"), all_layouts(block))),
      memory_(comm_, block.data(), bytes_in_memory(block)), locks_(comm_, memory_.is_shared()) {
  block.watch(&block_);
}

one_sided_state::~one_sided_state() {
  if (block_ != nullptr) block_->unwatch(&block_);
}

void one_sided_state::throw_gone() {
  throw argument_error("one-sided access to a global array that is gone; close the access before, "
                       "on all ranks");
}

one_sided_owner::one_sided_owner(global_block* block) : state_(new one_sided_state(*block)) {}

void one_sided_owner::throw_closed() {
  throw argument_error("one-sided access that is not open: it was closed, or made without an "
                       "array; open it with one_sided access(u), on all ranks");
}

void one_sided_owner::close() {
  one_sided_state& state = get();
  if (state.has_block()) {
    fence_access(state);
  } else {
    state.memory().flush_all();
    state.comm().barrier();
  }
  delete std::exchange(state_, nullptr);
}

void one_sided_owner::end() noexcept {
  // While an error is on its way, other ranks may be elsewhere, and may still use the locks here:
  // these stay.
  if (std::uncaught_exceptions() > 0) return;
  try {
    close();
  } catch (const std::exception&) { // of MPI, which the next call says too
    delete std::exchange(state_, nullptr);
  }
}

global_block& block_of(one_sided_state& state) { return state.block(); }

void note_written(one_sided_state& state) { state.has_written = true; }

void flush_owner(one_sided_state& state, int owner) {
  check_owner(state, owner);
  state.memory().flush(owner);
}

void flush_owners(one_sided_state& state) { state.memory().flush_all(); }

void fence_access(one_sided_state& state) {
  global_block& block = state.block();
  state.memory().flush_all();
  block.agree_on_call("a fence of one-sided access");
  static_cast<void>(block.data()); // neighbours have read what an exchange left to them
  // No rank leaves before all have come.
  const bool has_written = allreduce_max(state.comm(), state.has_written ? 1 : 0) == 1;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (has_written) block.mark_written();
  state.has_written = false;
}

} // namespace tessera::detail
