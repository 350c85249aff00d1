#include "text/text_source.hpp"

#include <algorithm>
#include <utility>

namespace tessera::detail {

namespace {

/// Unpacked where it is packed, and as UTF-8.
stream_ptr plain_text(stream_ptr stream) {
  std::string start;
  stream = look_ahead(std::move(stream), start, stream_start);
  if (is_packed(start))
    stream = look_ahead(unpacked(start, std::move(stream)), start, stream_start);
  return decoded(start, std::move(stream));
}

} // namespace

text_source open_text(const std::string& path) {
  if (path != "-") return open_text(input_file(path));
  return {std::nullopt, plain_text(standard_input())};
}

text_source open_text(input_file file) {
  std::string start(static_cast<std::size_t>(std::min(file.size(), stream_start)), '\0');
  file.read_at(0, start.data(), static_cast<index_t>(start.size()));
  if (!is_packed(start) && !has_wide_mark(start)) return {std::move(file), nullptr};
  return {std::nullopt, plain_text(stream_of(std::move(file)))};
}

} // namespace tessera::detail
