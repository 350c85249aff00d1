#include <tessera/core/error.hpp>
#include <tessera/core/text/text.hpp>

#include <fmt/core.h>

#include <cstring>
#include <string>
#include <string_view>

namespace tessera::detail {

void throw_too_long(text_ref text, std::size_t width) {
  throw argument_error(fmt::format("the text '{}' has {} bytes, a fixed_string<{}> no more than "
                                   "{}; fixed_string::truncated cuts it",
                                   std::string_view(text.data, text.size), text.size, width,
                                   width));
}

std::size_t length_of(const char* letters, std::size_t width) {
  while (width > 0 && letters[width - 1] == '\0') --width;
  return width;
}

int compare_padded(const char* a, std::size_t a_width, const char* b, std::size_t b_width) {
  return std::string_view(a, length_of(a, a_width)).compare({b, length_of(b, b_width)});
}

ndarray<char, 2> lines_of(const text_ref* lines, std::size_t count) {
  std::size_t width = 1;
  for (std::size_t i = 0; i < count; ++i)
    if (lines[i].size > width) width = lines[i].size;
  auto result = zeros<char>(count, width);
  for (std::size_t i = 0; i < count; ++i)
    if (lines[i].size > 0) std::memcpy(result.data() + i * width, lines[i].data, lines[i].size);
  return result;
}

std::string text_of(const view<const char, 1>& letters) {
  std::string result(static_cast<std::size_t>(letters.size()), '\0');
  const view<char, 1> to(result.data(), letters.shape());
  to = letters;
  result.resize(length_of(result.data(), result.size()));
  return result;
}

} // namespace tessera::detail
