#include "messages/overflow.hpp"

#include "messages/of_thread.hpp"

#include <array>
#include <sys/mman.h>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

// More than the longest message of MPI's: 2^31 elements of 16 bytes.
constexpr std::size_t range_bytes = std::size_t{1} << 36U;

constexpr std::size_t most_kept = 64;

/// Addresses, of which only those that are used take memory; null where there are none.
std::byte* address_range() {
  void* const found = mmap(nullptr, range_bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return found == MAP_FAILED ? nullptr : static_cast<std::byte*>(found);
}

constexpr std::size_t trial_sent = 16384; // not short for any way between ranks
constexpr std::size_t trial_received = 64;

bool try_it() {
  const communicator self = communicator(MPI_COMM_SELF).duplicate();
  std::array<std::byte, trial_sent> sent{};
  std::array<std::byte, trial_sent> received{};
  sent.fill(std::byte{1});
  MPI_Request sending = MPI_REQUEST_NULL;
  check_mpi(MPI_Isend(sent.data(), trial_sent, MPI_BYTE, 0, 0, self.native(), &sending),
            "MPI_Isend");
  MPI_Recv(received.data(), trial_received, MPI_BYTE, 0, 0, self.native(), MPI_STATUS_IGNORE);
  check_mpi(MPI_Wait(&sending, MPI_STATUS_IGNORE), "MPI_Wait");
  return received[trial_sent - 1] != std::byte{0};
}

} // namespace

constinit std::atomic<past_end> known_past_end = past_end::unknown;

bool find_out_past_end() {
  static const bool found = try_it();
  set_writes_past_end(found);
  return found;
}

void set_writes_past_end(bool yes) {
  known_past_end = yes ? past_end::writes : past_end::stays_inside;
}

/// Those of one thread that are not in use.
class unused_ranges {
public:
  unused_ranges() { ranges_.reserve(most_kept); }
  unused_ranges(const unused_ranges&) = delete;
  unused_ranges& operator=(const unused_ranges&) = delete;
  ~unused_ranges() {
    if (std::byte* const spare = std::exchange(overflow_memory::spare_, nullptr))
      munmap(spare, range_bytes);
    for (std::byte* const each : ranges_) munmap(each, range_bytes);
  }
  std::byte* take() {
    if (ranges_.empty()) return address_range();
    std::byte* const last = ranges_.back();
    ranges_.pop_back();
    return last;
  }
  void put(std::byte* range) noexcept {
    if (ranges_.size() < most_kept)
      ranges_.push_back(range);
    else
      munmap(range, range_bytes);
  }

private:
  std::vector<std::byte*> ranges_;
};

constinit thread_local std::byte* overflow_memory::spare_ = nullptr;

std::byte* overflow_memory::take_range() {
  auto* const ranges = of_thread<unused_ranges>();
  return ranges != nullptr ? ranges->take() : address_range();
}

void overflow_memory::clear() const noexcept {
  if (data_ != nullptr) madvise(data_, range_bytes, MADV_DONTNEED);
}

void overflow_memory::give_back(std::byte* range) noexcept {
  if (auto* const ranges = of_thread<unused_ranges>())
    ranges->put(range);
  else
    munmap(range, range_bytes);
}

} // namespace tessera::detail
