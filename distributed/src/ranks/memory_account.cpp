#include <tessera/core/memory.hpp>
#include <tessera/distributed/ranks/memory_account.hpp>

#include <array>
#include <atomic>

namespace tessera::detail {

namespace {

struct account {
  std::atomic<index_t> now = 0;
  std::atomic<index_t> most = 0;
};
account& account_of(memory_kind kind) {
  static std::array<account, memory_kinds> all;
  return all[static_cast<std::size_t>(kind)];
}

} // namespace

memory_account memory_of(memory_kind kind) {
  if (kind == memory_kind::local) {
    const memory_use use = memory_in_use();
    return {static_cast<index_t>(use.taken), static_cast<index_t>(use.most_taken)};
  }
  const account& a = account_of(kind);
  return {a.now, a.most};
}

void change_memory(memory_kind kind, index_t bytes) noexcept {
  account& a = account_of(kind);
  const index_t now = a.now.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  index_t most = a.most.load(std::memory_order_relaxed);
  while (now > most && !a.most.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
  }
}

const char* name_of(memory_kind kind) {
  static constexpr const char* names[] = {"arrays", "halos", "buffers", "windows", "local"};
  return names[static_cast<int>(kind)];
}

} // namespace tessera::detail
