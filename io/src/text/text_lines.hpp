/// @file
/// The lines of a piece of a text file.
#pragma once

#include "files/byte_stream.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/io/text/text_part.hpp>

#include <functional>
#include <limits>
#include <string>
#include <string_view>

namespace tessera::detail {

/// Goes over the lines that start at one of the bytes begin <= i < end, with their numbers. Reads
/// the file chunk by chunk; the memory in use is that of a chunk, or of the longest line.
class line_scanner {
public:
  /// `text_begin` is where the first line starts; before it, nothing is read. Refers to the file.
  line_scanner(const input_file& file, index_t text_begin, index_t begin, index_t end,
               const text_limits& limits);
  /// All lines of a stream, to which it refers.
  line_scanner(byte_stream& stream, const text_limits& limits);

  /// Steps to the next line, if there is one. It is valid until the next step; as many bytes as
  /// `decimal_lookahead` behind it can be read, too.
  bool next(std::string_view& line);

  /// What follows and is in memory, of the next line and lines behind it, as far as a line may
  /// reach; empty behind the last one. It is valid until the next step, with as much behind it.
  [[nodiscard]] std::string_view ahead() const;
  /// All that is in memory behind the last line.
  [[nodiscard]] std::string_view rest() const {
    return {reinterpret_cast<const char*>(next_), static_cast<std::size_t>(filled_ - next_)};
  }
  /// Steps over a line, whose bytes with the newline are the first ones `ahead`.
  void skip(index_t count) { next_ += count; }

  /// Has the line that `next` found more bytes than allowed? It is then cut there.
  [[nodiscard]] bool too_long() const { return too_long_; }
  /// Where the line after the last one starts.
  [[nodiscard]] index_t position() const { return buffer_offset_ + (next_ - buffer_.data()); }

private:
  using bytes = std::byte;
  /// Reads some bytes from a position on, which goes up from call to call; 0 at the end.
  using reader = std::function<index_t(index_t from, void* to, index_t most)>;

  line_scanner(std::string path, reader read, index_t begin, index_t end,
               const text_limits& limits);
  bool skip_to_line_start(index_t end);
  const bytes* find_newline();
  bool read_more();
  void make_room();
  void end_text();

  std::string path_;
  reader read_;
  text_limits limits_;
  index_t end_;
  buffer buffer_;
  index_t capacity_;
  index_t buffer_offset_;         // of the buffer's first byte in the file
  const bytes* next_ = nullptr;   // first byte that is not part of a line yet
  const bytes* filled_ = nullptr; // one behind the last byte that was read
  bool too_long_ = false;
};

/// Before memory is filled with what has no lines since it is no text: refuses the start of a long
/// line that holds bytes of zero. @throws format_error
void refuse_binary(const std::string& path, std::string_view line);

/// Steps over so many lines, or all there are; returns how many.
/// @throws parse_error for a line that is too long, or has a carriage return inside.
index_t skip_lines(line_scanner& lines, const std::string& path, index_t wanted,
                   const text_limits& limits);

} // namespace tessera::detail
