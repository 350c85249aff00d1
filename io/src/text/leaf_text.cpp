#include "text/leaf_text.hpp"
#include "text/characters/utf8.hpp"
#include "types/widened.hpp"
#include "types/with_dtype.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/files/text_progress.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace tessera::detail {

namespace {

/// Without the zeros that fill it up.
std::string_view trimmed(const std::byte* letters, int width) {
  const std::string_view all(reinterpret_cast<const char*>(letters),
                             static_cast<std::size_t>(width));
  return all.substr(0, all.find_last_not_of('\0') + 1);
}

std::string from_utf32(const std::byte* data, int bytes) {
  std::string text;
  std::size_t end = 0;
  for (int at = 0; at < bytes; at += int{sizeof(std::uint32_t)}) {
    std::uint32_t c = 0;
    std::memcpy(&c, data + at, sizeof c);
    if (!is_character(c))
      throw argument_error(
          fmt::format("savetxt: a text holds the number {}, which stands for no character", c));
    append_utf8(text, c);
    if (c != 0) end = text.size();
  }
  text.resize(end);
  return text;
}

std::string text_of(dtype type, const std::byte* data) {
  if (type.kind == 'T') return *reinterpret_cast<const std::string*>(data);
  if (type.kind == 'U') return from_utf32(data, type.size);
  return std::string(trimmed(data, type.size));
}

bool is_text_kind(dtype type) { return type.kind == 'S' || type.kind == 'U' || type.kind == 'T'; }

} // namespace

bool has_leaves(dtype type) { return type.kind == 'V' || type.kind == 'c' || is_text_kind(type); }

index_t columns_of(const text_matrix& m) {
  if (m.type.kind == 'c') return 2 * m.columns;
  if (m.type.kind != 'V') return m.columns;
  index_t count = 0;
  for (const text_leaf& leaf : text_leaves_of(m.type)) count += leaf.type.kind == 'c' ? 2 : 1;
  return count * m.columns;
}

void leaf_text::append_number(dtype type, const std::byte* number, index_t column,
                              byte_segments& text) const {
  const row_format::column& format = format_.at(column);
  auto* const start = reinterpret_cast<char*>(text.room(format.longest()));
  char* end = std::copy(format.before.begin(), format.before.end(), start);
  with_real_dtype(type, [&]<class T>(type_tag<T>) {
    T value;
    std::memcpy(&value, number, sizeof value);
    end = format.number.write(end, widened(value));
  });
  end = std::copy(format.after.begin(), format.after.end(), end);
  text.added(static_cast<std::size_t>(end - start));
}

void leaf_text::append_text(dtype type, const std::byte* data, index_t column,
                            byte_segments& text) const {
  const row_format::column& format = format_.at(column);
  const std::string found = text_of(type, data);
  // One format for all is that of numbers.
  const bool as_it_is = format_.is_uniform() && !format.number.is_text();
  text.append(format.before);
  text.append(as_it_is ? found : format.number.of_text(found));
  text.append(format.after);
}

void leaf_text::append_leaf(const text_leaf& leaf, const std::byte* element, index_t& column,
                            byte_segments& text) const {
  const std::byte* const data = element + leaf.offset;
  if (is_text_kind(leaf.type)) return append_text(leaf.type, data, column++, text);
  if (leaf.type.kind != 'c') return append_number(leaf.type, data, column++, text);
  const dtype part{'f', leaf.type.size / 2};
  append_number(part, data, column++, text);
  append_number(part, data + part.size, column++, text);
}

void leaf_text::append_row(index_t i, byte_segments& text) const {
  const auto* const row =
      static_cast<const std::byte*>(matrix_.data) + i * matrix_.row_stride * matrix_.type.size;
  index_t column = 0;
  for (index_t j = 0; j < matrix_.columns; ++j)
    for (const text_leaf& leaf : leaves_)
      append_leaf(leaf, row + j * matrix_.column_stride * matrix_.type.size, column, text);
  text.append(format_.line_end());
}

/// As NumPy: a minus sign of an imaginary part takes the place of the plus sign before it.
void leaf_text::append_complex_row(index_t i, byte_segments& text) const {
  byte_segments row;
  append_row(i, row);
  std::string letters(static_cast<std::size_t>(row.size()), '\0');
  row.copy_to(reinterpret_cast<std::byte*>(letters.data()));
  std::string joined;
  for (std::size_t k = 0; k < letters.size(); ++k)
    if (letters.compare(k, 2, "+-") != 0) joined += letters[k];
  text.append(joined);
}

void leaf_text::append(index_t first, index_t last, byte_segments& text) const {
  constexpr index_t rows_between_notes = 1024;
  for (index_t i = first; i < last; ++i) {
    if (matrix_.type.kind == 'c')
      append_complex_row(i, text);
    else
      append_row(i, text);
    if (i % rows_between_notes == 0) note_elements_formatted(rows_between_notes * matrix_.columns);
  }
}

} // namespace tessera::detail
