#include "text/line_blocks.hpp"
#include "text/text_lines.hpp"

#include <algorithm>
#include <utility>

namespace tessera::detail {

namespace {

/// Behind the last newline from a byte on; 0 where there is none.
std::size_t end_of_lines(const std::vector<char>& text, std::size_t from) {
  for (std::size_t at = text.size(); at > from; --at)
    if (text[at - 1] == '\n') return at;
  return 0;
}

} // namespace

line_blocks::line_blocks(byte_stream& stream, std::string_view start, const text_limits& limits)
    : stream_(stream), limits_(limits), rest_(start.begin(), start.end()) {}

std::vector<std::vector<char>> line_blocks::read(index_t most) {
  std::vector<std::vector<char>> blocks;
  while (!is_at_end_ && static_cast<index_t>(blocks.size()) < most) {
    std::vector<char> block = next();
    if (!block.empty()) blocks.push_back(std::move(block));
  }
  return blocks;
}

std::vector<char> line_blocks::next() {
  std::vector<char> text = std::exchange(rest_, {});
  std::size_t searched = 0;
  while (true) {
    read_more(text);
    const std::size_t end = end_of_lines(text, searched);
    searched = text.size();
    // A line that is too long is wrong before what is behind it.
    if (end == 0 && static_cast<index_t>(text.size()) > limits_.longest_line) return text;
    if (failure_ != nullptr) text.resize(end);
    if (is_at_end_) return text;
    if (end > 0) {
      rest_.assign(text.begin() + static_cast<std::ptrdiff_t>(end), text.end());
      text.resize(end);
      return text;
    }
    try {
      refuse_binary(stream_.path(), {text.data(), text.size()});
    } catch (...) {
      failure_ = std::current_exception();
      is_at_end_ = true;
      return {};
    }
  }
}

/// Appends a chunk, or as much as there is of a long line; less at the end.
void line_blocks::read_more(std::vector<char>& text) {
  const std::size_t before = text.size();
  const auto length = static_cast<index_t>(before);
  const index_t more = std::min(length, limits_.longest_line + 1 - length);
  const index_t wanted = std::max({limits_.chunk, more, index_t{1}});
  index_t got = 0;
  try {
    text.resize(before + static_cast<std::size_t>(wanted));
    for (index_t here = 1; here > 0 && got < wanted; got += here)
      here = stream_.read(text.data() + before + static_cast<std::size_t>(got), wanted - got);
  } catch (...) {
    failure_ = std::current_exception();
  }
  text.resize(before + static_cast<std::size_t>(got));
  is_at_end_ = got < wanted;
}

} // namespace tessera::detail
