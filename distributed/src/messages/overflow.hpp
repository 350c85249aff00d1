// Messages that are longer than what they are received into.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <atomic>
#include <cstddef>
#include <limits>
#include <utility>

namespace tessera::detail {

/// Does MPI write past the end of what is received into, when a long message comes? Open MPI 4.1
/// does, between ranks of a node and from a rank to itself: it reads all of the sender's memory,
/// and says MPI_ERR_TRUNCATE afterwards. Found out once, by a message to this rank.
inline bool writes_past_end();
/// For tests.
void set_writes_past_end(bool yes);

/// What is known of it.
enum class past_end { unknown, stays_inside, writes };
extern constinit std::atomic<past_end> known_past_end;
bool find_out_past_end();
inline bool writes_past_end() {
  const past_end known = known_past_end.load(std::memory_order_relaxed);
  return known == past_end::unknown ? find_out_past_end() : known == past_end::writes;
}

/// A message of any length is received there as a whole: it is no error of MPI's that would end the
/// program if its owner wants that.
inline constexpr int any_length = std::numeric_limits<int>::max();

/// Receives of so many bytes go there first where that is so.
inline constexpr index_t longest_detour = 4096;

/// Memory behind which nothing lies that could be overwritten, whatever comes. It is used again by
/// the next one of this thread.
class overflow_memory {
public:
  overflow_memory() = default;
  /// Has no data where the system gives no addresses.
  static overflow_memory take() {
    overflow_memory taken;
    taken.data_ = spare_ != nullptr ? std::exchange(spare_, nullptr) : take_range();
    return taken;
  }
  overflow_memory(overflow_memory&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  overflow_memory& operator=(overflow_memory&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  overflow_memory(const overflow_memory&) = delete;
  overflow_memory& operator=(const overflow_memory&) = delete;
  ~overflow_memory() {
    if (data_ == nullptr) return;
    if (spare_ == nullptr)
      spare_ = data_;
    else
      give_back(data_);
  }

  [[nodiscard]] std::byte* data() const { return data_; }
  /// Gives back what a message that was too long has taken.
  void clear() const noexcept;

private:
  friend class unused_ranges;
  static std::byte* take_range();
  static void give_back(std::byte* range) noexcept;

  static constinit thread_local std::byte* spare_; // of this thread, the next one that is taken
  std::byte* data_ = nullptr;
};

} // namespace tessera::detail
