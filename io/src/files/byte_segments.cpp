#include <tessera/io/files/byte_segments.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t smallest_segment = std::size_t{1} << 16U;
constexpr std::size_t largest_segment = std::size_t{1} << 26U;

} // namespace

void byte_segments::add_segment(std::size_t bytes) {
  const std::size_t doubled = segments_.empty() ? smallest_segment : 2 * last().memory.capacity();
  const std::size_t wanted = std::max(bytes, std::min(doubled, largest_segment));
  segments_.push_back({buffer(wanted), 0});
}

void byte_segments::append(std::string_view text) {
  if (text.empty()) return;
  std::memcpy(room(text.size()), text.data(), text.size());
  added(text.size());
}

void byte_segments::append(byte_segments&& other) {
  segments_.reserve(segments_.size() + other.segments_.size());
  for (segment& s : other.segments_) segments_.push_back(std::move(s));
  size_ += std::exchange(other.size_, 0);
  other.segments_.clear();
}

void byte_segments::clear() {
  if (segments_.size() > 1) segments_.erase(segments_.begin(), segments_.end() - 1);
  if (!segments_.empty()) last().used = 0;
  size_ = 0;
}

void byte_segments::copy_to(std::byte* to) const {
  for_each([&to](const std::byte* from, index_t bytes) {
    if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
    to += bytes;
  });
}

} // namespace tessera::detail
