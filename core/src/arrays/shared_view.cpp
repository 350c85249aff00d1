#include <tessera/core/arrays/shared_view.hpp>

#include <atomic>

namespace tessera::detail {

struct shared_buffer::block {
  std::atomic<index_t> owners;
  buffer memory;
};

shared_buffer::shared_buffer(buffer&& memory) : block_(new block{1, std::move(memory)}) {}

void shared_buffer::retain() noexcept {
  if (block_ != nullptr) block_->owners.fetch_add(1, std::memory_order_relaxed);
}

void shared_buffer::release() noexcept {
  if (block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete block_;
}

} // namespace tessera::detail
