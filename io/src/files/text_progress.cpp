#include <tessera/io/files/text_progress.hpp>

#include <atomic>

namespace tessera::detail {

namespace {
// Nothing else is ordered by these.
constexpr auto order = std::memory_order_relaxed;
std::atomic<index_t> read{0};
std::atomic<index_t> formatted{0};
} // namespace

index_t bytes_read() noexcept { return read.load(order); }
index_t elements_formatted() noexcept { return formatted.load(order); }

void note_bytes_read(index_t bytes) noexcept { read.fetch_add(bytes, order); }
void note_elements_formatted(index_t elements) noexcept { formatted.fetch_add(elements, order); }

} // namespace tessera::detail
