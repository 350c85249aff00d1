#include "files/byte_stream.hpp"
#include "text/characters/utf8.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

using namespace std::string_view_literals;

/// A mark at the start of a text, and what it says.
struct byte_order_mark {
  std::string_view bytes;
  int width; ///< of the units of characters
  bool big_endian;
};

constexpr byte_order_mark marks[] = {{"\xef\xbb\xbf"sv, 1, false},
                                     {"\xff\xfe\0\0"sv, 4, false}, // before UTF-16's
                                     {"\0\0\xfe\xff"sv, 4, true},
                                     {"\xff\xfe"sv, 2, false},
                                     {"\xfe\xff"sv, 2, true}};

const byte_order_mark* mark_of(std::string_view start) {
  for (const byte_order_mark& mark : marks)
    if (start.starts_with(mark.bytes)) return &mark;
  return nullptr;
}

bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

/// UTF-16 or UTF-32, behind its mark, as UTF-8.
class wide_text final : public byte_stream {
public:
  wide_text(stream_ptr from, const byte_order_mark& mark)
      : from_(std::move(from)), mark_(mark), piece_(piece_bytes) {}

  index_t read(char* to, index_t most) override {
    while (used_ == text_.size()) {
      text_.clear();
      used_ = 0;
      if (!decode_piece()) return 0;
    }
    const auto count = std::min(static_cast<std::size_t>(most), text_.size() - used_);
    std::memcpy(to, text_.data() + used_, count);
    used_ += count;
    return static_cast<index_t>(count);
  }
  [[nodiscard]] const std::string& path() const override { return from_->path(); }

private:
  static constexpr std::size_t piece_bytes = std::size_t{1} << 16U;

  [[noreturn]] void fail() {
    throw_format_error(
        path(), fmt::format("it is no UTF-{} text, as its first bytes say", 8 * mark_.width));
  }

  bool decode_piece() {
    const index_t got = read_fully(*from_, piece_.data(), static_cast<index_t>(piece_bytes));
    if (got % mark_.width != 0 || (got == 0 && high_ != 0)) fail();
    for (index_t at = 0; at < got; at += mark_.width) take(unit_at(piece_.data() + at));
    return got > 0;
  }

  [[nodiscard]] std::uint32_t unit_at(const char* bytes) const {
    std::uint32_t unit = 0;
    for (int k = 0; k < mark_.width; ++k) {
      const char byte = bytes[mark_.big_endian ? k : mark_.width - 1 - k];
      unit = unit << 8U | static_cast<unsigned char>(byte);
    }
    return unit;
  }

  void take(std::uint32_t unit) {
    const bool pair = high_ != 0;
    if (pair != is_low_surrogate(unit) || unit > 0x10ffff) fail();
    if (is_high_surrogate(unit)) {
      if (mark_.width == 4) fail();
      high_ = unit;
      return;
    }
    append_utf8(text_, pair ? 0x10000U + ((high_ - 0xd800U) << 10U) + (unit - 0xdc00U) : unit);
    high_ = 0;
  }

  stream_ptr from_;
  const byte_order_mark& mark_;
  std::vector<char> piece_;
  std::string text_;
  std::size_t used_ = 0;
  std::uint32_t high_ = 0; // the first half of a character that has two
};

} // namespace

bool has_wide_mark(std::string_view start) {
  const byte_order_mark* const mark = mark_of(start);
  return mark != nullptr && mark->width > 1;
}

stream_ptr decoded(std::string_view start, stream_ptr from) {
  const byte_order_mark* const mark = mark_of(start);
  if (mark == nullptr) return from;
  char passed[4];
  read_fully(*from, passed, static_cast<index_t>(mark->bytes.size()));
  if (mark->width == 1) return from;
  return std::make_unique<wide_text>(std::move(from), *mark);
}

} // namespace tessera::detail
