#include "text/text_lines.hpp"

#include "text/characters/parse_decimal.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <algorithm>
#include <cstring>

namespace tessera::detail {

namespace {

/// What is read beyond the piece to complete its last line.
constexpr index_t beyond = 4096;

/// Memory for `capacity` bytes and those behind them that parsers look at.
buffer with_lookahead(index_t capacity) {
  return buffer(static_cast<std::size_t>(capacity) + decimal_lookahead);
}

} // namespace

line_scanner::line_scanner(std::string path, reader read, index_t begin, index_t end,
                           const text_limits& limits)
    : path_(std::move(path)), read_(std::move(read)), limits_(limits), end_(end),
      buffer_(with_lookahead(std::max<index_t>(limits.chunk, 1))),
      capacity_(std::max<index_t>(limits.chunk, 1)), buffer_offset_(begin) {
  next_ = filled_ = buffer_.data();
  end_text();
}

line_scanner::line_scanner(byte_stream& stream, const text_limits& limits)
    : line_scanner(
          stream.path(),
          [&stream](index_t, void* to, index_t most) {
            return stream.read(static_cast<char*>(to), most);
          },
          0, std::numeric_limits<index_t>::max(), limits) {}

line_scanner::line_scanner(const input_file& file, index_t text_begin, index_t begin, index_t end,
                           const text_limits& limits)
    : line_scanner(
          file.path(),
          [&file](index_t from, void* to, index_t most) {
            const index_t count = std::clamp<index_t>(file.size() - from, 0, most);
            file.read_at(from, to, count);
            return count;
          },
          begin, end, limits) {
  if (begin == text_begin || begin >= end) return;
  buffer_offset_ = begin - 1;
  if (!skip_to_line_start(end)) end_ = position();
}

/// Goes behind the first newline that has a byte of the piece behind it.
bool line_scanner::skip_to_line_start(index_t end) {
  while (position() < end) {
    if (next_ == filled_) {
      buffer_offset_ = position();
      next_ = filled_ = buffer_.data();
      if (!read_more()) return false;
    }
    const bytes* const newline = find_newline();
    next_ = newline != nullptr ? newline + 1 : filled_;
    if (newline != nullptr) return position() < end;
  }
  return false;
}

bool line_scanner::next(std::string_view& line) {
  too_long_ = false;
  if (position() >= end_) return false;
  const bytes* newline = find_newline();
  while (newline == nullptr && !too_long_) {
    const index_t searched = filled_ - next_;
    too_long_ = searched > limits_.longest_line;
    if (too_long_ || !read_more()) break;
    newline = static_cast<const bytes*>(
        std::memchr(next_ + searched, '\n', static_cast<std::size_t>(filled_ - next_ - searched)));
  }
  const bytes* const last = newline != nullptr ? newline : filled_;
  if (newline == nullptr && last == next_) return false; // the end of a stream
  too_long_ = last - next_ > limits_.longest_line;
  line = {reinterpret_cast<const char*>(next_), static_cast<std::size_t>(last - next_)};
  next_ = newline != nullptr ? newline + 1 : filled_;
  return true;
}

std::string_view line_scanner::ahead() const {
  if (position() >= end_) return {};
  const index_t count = std::min<index_t>(filled_ - next_, limits_.longest_line);
  return {reinterpret_cast<const char*>(next_), static_cast<std::size_t>(count)};
}

const line_scanner::bytes* line_scanner::find_newline() {
  if (next_ == filled_) return nullptr;
  return static_cast<const bytes*>(
      std::memchr(next_, '\n', static_cast<std::size_t>(filled_ - next_)));
}

/// Appends bytes of the file to those in the buffer; false at the end of the file.
bool line_scanner::read_more() {
  make_room();
  const index_t used = filled_ - buffer_.data();
  const index_t from = buffer_offset_ + used;
  const index_t wanted = from < end_ ? end_ - from : beyond;
  const index_t most = std::min(capacity_ - used, wanted);
  const index_t count = most > 0 ? read_(from, buffer_.data() + used, most) : 0;
  if (count == 0) return false;
  filled_ += count;
  end_text();
  return true;
}

/// No number goes on behind the bytes that were read.
void line_scanner::end_text() {
  std::memset(buffer_.data() + (filled_ - buffer_.data()), 0, decimal_lookahead);
}

void refuse_binary(const std::string& path, std::string_view line) {
  constexpr std::size_t longest_unchecked = std::size_t{1} << 20U;
  if (line.size() >= longest_unchecked && line.find('\0') != line.npos)
    throw_format_error(path, "a line holds bytes of zero; it is no text");
}

/// Moves the unfinished line to the front of the buffer; enlarges the buffer when it is full.
void line_scanner::make_room() {
  const index_t kept = filled_ - next_;
  buffer larger;
  if (kept == capacity_) {
    refuse_binary(path_, rest());
    capacity_ *= 2;
    larger = with_lookahead(capacity_);
  }
  bytes* const to = larger.data() != nullptr ? larger.data() : buffer_.data();
  if (kept > 0) std::memmove(to, next_, static_cast<std::size_t>(kept));
  buffer_offset_ = position();
  if (larger.data() != nullptr) buffer_ = std::move(larger);
  next_ = buffer_.data();
  filled_ = next_ + kept;
}

} // namespace tessera::detail
