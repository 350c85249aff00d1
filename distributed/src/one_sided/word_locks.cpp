#include "one_sided/word_locks.hpp"

#include "one_sided/patience.hpp"

#include <atomic>
#include <cstring>
#include <limits>

namespace tessera::detail {

namespace {

constexpr index_t page = 4096; // bytes of elements under one lock
constexpr index_t guards = 64; // of a rank; pages take them in turn
constexpr index_t apart = 2 * cache_line;
constexpr index_t users_word = 0;
constexpr index_t first_guard = apart; // the first of the guards
constexpr index_t table_bytes = (guards + 1) * apart;
constexpr std::int64_t writer = std::int64_t{1} << 40U; // more than there are ranks

} // namespace

word_locks::word_locks(const communicator& comm, bool by_pages)
    : comm_(comm), by_pages_(by_pages), storage_(comm, table_bytes) {
  std::memset(storage_.data(), 0, static_cast<std::size_t>(table_bytes));
  words_ = rank_memory(comm, storage_.data(), table_bytes); // after this, all are zero
}

std::int64_t* word_locks::guard_word(int owner, index_t at) const {
  const index_t number = by_pages_ ? at / page % guards : 0;
  return reinterpret_cast<std::int64_t*>(words_.at(owner) + first_guard + number * apart);
}

index_t word_locks::guarded_bytes(index_t at) const {
  return by_pages_ && is_shared() ? page - at % page : std::numeric_limits<index_t>::max() / 2;
}

void word_locks::guard(int owner, index_t at) const {
  if (!is_shared()) return guard_by_window(owner);
  const std::atomic_ref word(*guard_word(owner, at));
  if (word.exchange(1, std::memory_order_acquire) == 0) return;
  patience others(comm_);
  do {
    while (word.load(std::memory_order_relaxed) != 0) others.pause();
  } while (word.exchange(1, std::memory_order_acquire) != 0);
}

void word_locks::guard_by_window(int owner) const {
  patience others(comm_);
  while (words_.fetch_add(owner, first_guard, 1) != 0) {
    words_.fetch_add(owner, first_guard, -1);
    do others.pause();
    while (words_.read(owner, first_guard) != 0);
  }
}

void word_locks::release(int owner, index_t at) const {
  if (is_shared())
    std::atomic_ref(*guard_word(owner, at)).store(0, std::memory_order_release);
  else
    words_.fetch_add(owner, first_guard, -1);
}

void word_locks::lock(int owner, bool alone) const {
  patience others(comm_);
  while (true) {
    const std::int64_t before = words_.fetch_add(owner, users_word, alone ? writer : 1);
    if (alone ? before == 0 : before < writer) return;
    words_.fetch_add(owner, users_word, alone ? -writer : -1);
    do others.pause();
    while (words_.read(owner, users_word) >= (alone ? 1 : writer));
  }
}

void word_locks::unlock(int owner, bool alone) const {
  words_.fetch_add(owner, users_word, alone ? -writer : -1);
}

} // namespace tessera::detail
