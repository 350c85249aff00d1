#include "memory/freed_blocks.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/core/expressions/leaves.hpp>
#include <tessera/core/shape.hpp>

#include <execinfo.h>
#include <fmt/core.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

extern "C" __attribute__((weak)) void __asan_poison_memory_region(const volatile void*,
                                                                  std::size_t); // NOLINT

namespace tessera::detail {

namespace {

constexpr std::size_t most_kept_bytes = std::size_t{64} << 20U;
constexpr std::size_t most_kept = 4096;
constexpr int own_frames = 2; // keep_freed and buffer::release
constexpr int most_frames = own_frames + 3;

std::atomic<bool> checking = false;

/// A freed block, and the calls that freed it.
struct kept_block {
  freed_block memory{};
  int frames = 0;
  void* calls[most_frames] = {};

  [[nodiscard]] bool holds(const void* p) const {
    const auto* const byte = static_cast<const std::byte*>(p);
    return byte >= memory.data && byte < memory.data + memory.capacity;
  }
};

void mark(const freed_block& block) {
  std::size_t done = block.capacity < 8 ? block.capacity : 8;
  std::memcpy(block.data, freed_bytes, done);
  while (done < block.capacity) {
    const std::size_t more = done < block.capacity - done ? done : block.capacity - done;
    std::memcpy(block.data + done, block.data, more);
    done += more;
  }
}

/// What is kept, by address and by age. Never destroyed, as arrays may be freed late.
class graveyard {
public:
  static graveyard& instance() {
    static auto* const blocks = new graveyard;
    return *blocks;
  }

  void add(const kept_block& block) {
    const std::lock_guard lock(mutex_);
    blocks_[block.memory.data] = block;
    order_.push_back(block.memory.data);
    bytes_ += block.memory.capacity;
  }

  freed_block take(bool any) {
    const std::lock_guard lock(mutex_);
    // The last one is kept however large it is.
    const bool too_many =
        order_.size() > most_kept || (order_.size() > 1 && bytes_ > most_kept_bytes);
    return too_many || (any && !order_.empty()) ? take_oldest() : freed_block{};
  }

  /// The block that an address is in, without frames if none.
  kept_block find(const void* p) {
    const std::lock_guard lock(mutex_);
    auto next = blocks_.upper_bound(static_cast<const std::byte*>(p));
    if (next == blocks_.begin()) return {};
    const kept_block& found = std::prev(next)->second;
    return found.holds(p) ? found : kept_block{};
  }

private:
  freed_block take_oldest() {
    const auto at = blocks_.find(order_.front());
    const freed_block block = at->second.memory;
    order_.pop_front();
    blocks_.erase(at);
    bytes_ -= block.capacity;
    return block;
  }

  std::mutex mutex_;
  std::map<const std::byte*, kept_block> blocks_;
  std::deque<const std::byte*> order_;
  std::size_t bytes_ = 0;
};

/// "prog(+0x12ab), prog(+0x34cd)": addresses that addr2line turns into lines, innermost first.
std::string text_of_calls(const kept_block& block) {
  const std::unique_ptr<char*, decltype(&std::free)> names(
      backtrace_symbols(block.calls, block.frames), &std::free);
  std::string text;
  for (int i = own_frames; names != nullptr && i < block.frames; ++i) {
    const std::string line = names.get()[i];
    text += (i > own_frames ? ", " : "") + line.substr(0, line.find(" ["));
  }
  return text;
}

[[noreturn]] void throw_gone(const kept_block& block, const std::int64_t* shape, std::size_t ndim) {
  throw argument_error(
      fmt::format("a view or expression of shape {} is used, but its array of {} bytes is gone: "
                  "neither may outlive the arrays that it refers to; functions return an ndarray "
                  "instead. It was freed at {} (addr2line -Cfe names the lines)",
                  tuple_text(shape, ndim), block.memory.capacity, text_of_calls(block)));
}

} // namespace

bool has_address_sanitizer() noexcept { return &__asan_poison_memory_region != nullptr; }

bool lifetimes_watched = false;

bool turn_on_checks() noexcept {
  checking.store(true, std::memory_order_relaxed);
  __atomic_store_n(&lifetimes_watched, watches_lifetimes(), __ATOMIC_RELAXED);
  return true;
}

bool checks_are_on() noexcept { return checking.load(std::memory_order_relaxed); }

bool watches_lifetimes() noexcept { return checks_are_on() && !has_address_sanitizer(); }

bool keep_freed(const freed_block& block) noexcept {
  try {
    kept_block kept{block, 0, {}};
    kept.frames = backtrace(kept.calls, most_frames);
    mark(block);
    graveyard::instance().add(kept);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

freed_block take_freed(bool any) noexcept { return graveyard::instance().take(any); }

bool is_gone(const void* element) noexcept {
  return watches_lifetimes() && graveyard::instance().find(element).memory.base != nullptr;
}

void throw_gone(const void* element, const std::int64_t* shape, std::size_t ndim) {
  throw_gone(graveyard::instance().find(element), shape, ndim);
}

void check_live(const array_ref* arrays, std::size_t count) {
  if (!watches_lifetimes()) return;
  for (const array_ref* a = arrays; a < arrays + count; ++a) {
    bool is_empty = a->data == nullptr;
    for (std::size_t d = 0; d < a->ndim; ++d) is_empty = is_empty || a->shape[d] == 0;
    if (!is_empty && is_gone(a->data)) throw_gone(a->data, a->shape, a->ndim);
  }
}

} // namespace tessera::detail
