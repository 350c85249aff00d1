/// @file
/// Blocks of whole lines from a stream.
#pragma once

#include "files/byte_stream.hpp"

#include <tessera/io/text/text_part.hpp>

#include <exception>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Takes blocks of about a chunk of text, which end with a line, off a stream: several threads can
/// parse them at once.
class line_blocks {
public:
  /// `start` was read before, from the stream, which must outlive this.
  line_blocks(byte_stream& stream, std::string_view start, const text_limits& limits);

  /// The next ones; fewer than `most` at the end, or where something went wrong, none then. A line
  /// that is too long is a block by itself, cut somewhere behind the limit.
  std::vector<std::vector<char>> read(index_t most);
  /// Throws what went wrong behind the blocks.
  void rethrow() const {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
  }

private:
  std::vector<char> next();
  void read_more(std::vector<char>& text);

  byte_stream& stream_;
  text_limits limits_;
  std::vector<char> rest_; // the start of a line
  bool is_at_end_ = false;
  std::exception_ptr failure_;
};

} // namespace tessera::detail
