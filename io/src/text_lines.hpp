/// @file
/// The lines of a piece of a text file.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/io/text_part.hpp>

#include <string_view>

namespace tessera::detail {

/// Goes over the lines that start at one of the bytes begin <= i < end, with their numbers. Reads
/// the file chunk by chunk; the memory in use is that of a chunk, or of the longest line.
class line_scanner {
public:
  /// `text_begin` is where the first line starts; before it, nothing is read.
  line_scanner(const input_file& file, index_t text_begin, index_t begin, index_t end,
               const text_limits& limits);

  /// Steps to the next line, if there is one. It is valid until the next step; as many bytes as
  /// `decimal_lookahead` behind it can be read, too.
  bool next(std::string_view& line);

  /// What follows and is in memory, of the next line and lines behind it, as far as a line may
  /// reach; empty behind the last one. It is valid until the next step, with as much behind it.
  [[nodiscard]] std::string_view ahead() const;
  /// Steps over a line, whose bytes with the newline are the first ones `ahead`.
  void skip(index_t count) { next_ += count; }

  /// Has the line that `next` found more bytes than allowed? It is then cut there.
  [[nodiscard]] bool too_long() const { return too_long_; }
  /// Where the line after the last one starts.
  [[nodiscard]] index_t position() const { return buffer_offset_ + (next_ - buffer_.data()); }

private:
  using bytes = std::byte;

  bool skip_to_line_start(index_t end);
  const bytes* find_newline();
  bool read_more();
  void make_room();
  void end_text();

  const input_file& file_;
  text_limits limits_;
  index_t end_;
  buffer buffer_;
  index_t capacity_;
  index_t buffer_offset_;         // of the buffer's first byte in the file
  const bytes* next_ = nullptr;   // first byte that is not part of a line yet
  const bytes* filled_ = nullptr; // one behind the last byte that was read
  bool too_long_ = false;
};

} // namespace tessera::detail
