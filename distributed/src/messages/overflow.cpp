#include "messages/overflow.hpp"

#include <array>
#include <optional>
#include <sys/mman.h>

namespace tessera::detail {

namespace {

// More than the longest message of MPI's: 2^31 elements of 16 bytes.
constexpr std::size_t room = std::size_t{1} << 36U;

/// Addresses, of which only those that are used take memory.
class address_range {
public:
  address_range() {
    void* const found = mmap(nullptr, room, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (found != MAP_FAILED) data_ = static_cast<std::byte*>(found);
  }
  address_range(const address_range&) = delete;
  address_range& operator=(const address_range&) = delete;
  ~address_range() {
    if (data_ != nullptr) munmap(data_, room);
  }
  [[nodiscard]] std::byte* data() const { return data_; }
  void clear() const {
    if (data_ != nullptr) madvise(data_, room, MADV_DONTNEED);
  }

private:
  std::byte* data_ = nullptr;
};

address_range& own_range() {
  thread_local address_range range;
  return range;
}

constexpr std::size_t sent_bytes = 16384; // not short for any way between ranks
constexpr std::size_t received_bytes = 64;

bool try_it() {
  const communicator self = communicator(MPI_COMM_SELF).duplicate();
  std::array<std::byte, sent_bytes> sent{};
  std::array<std::byte, sent_bytes> received{};
  sent.fill(std::byte{1});
  MPI_Request sending = MPI_REQUEST_NULL;
  check_mpi(MPI_Isend(sent.data(), sent_bytes, MPI_BYTE, 0, 0, self.native(), &sending),
            "MPI_Isend");
  MPI_Recv(received.data(), received_bytes, MPI_BYTE, 0, 0, self.native(), MPI_STATUS_IGNORE);
  check_mpi(MPI_Wait(&sending, MPI_STATUS_IGNORE), "MPI_Wait");
  return received[sent_bytes - 1] != std::byte{0};
}

std::optional<bool>& known() {
  static std::optional<bool> answer = try_it();
  return answer;
}

} // namespace

bool writes_past_end() { return *known(); }

void set_writes_past_end(bool yes) { known() = yes; }

std::byte* memory_before_nothing() { return own_range().data(); }

void clear_memory_before_nothing() { own_range().clear(); }

} // namespace tessera::detail
