#include "messages/overflow.hpp"

#include "messages/of_thread.hpp"

#include <array>
#include <optional>
#include <sys/mman.h>
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

/// Those of one thread that are not in use.
class unused_ranges {
public:
  unused_ranges() { ranges_.reserve(most_kept); }
  unused_ranges(const unused_ranges&) = delete;
  unused_ranges& operator=(const unused_ranges&) = delete;
  ~unused_ranges() {
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

std::optional<bool>& known() {
  static std::optional<bool> answer = try_it();
  return answer;
}

} // namespace

bool writes_past_end() { return *known(); }

void set_writes_past_end(bool yes) { known() = yes; }

overflow_memory overflow_memory::take() {
  overflow_memory taken;
  auto* const ranges = of_thread<unused_ranges>();
  taken.data_ = ranges != nullptr ? ranges->take() : address_range();
  return taken;
}

void overflow_memory::clear() const noexcept {
  if (data_ != nullptr) madvise(data_, range_bytes, MADV_DONTNEED);
}

void overflow_memory::give_back() noexcept {
  if (data_ == nullptr) return;
  if (auto* const ranges = of_thread<unused_ranges>())
    ranges->put(data_);
  else
    munmap(data_, range_bytes);
}

} // namespace tessera::detail
