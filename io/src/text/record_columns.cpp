#include "text/record_columns.hpp"
#include "types/with_dtype.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cstring>

namespace tessera::detail {

namespace {

/// With the parts of complex members one by one.
std::vector<text_leaf> fields_of(dtype type) {
  std::vector<text_leaf> fields;
  for (const text_leaf& leaf : text_leaves_of(type)) {
    const bool is_complex = leaf.type.kind == 'c';
    const dtype part{is_complex ? 'f' : leaf.type.kind, leaf.type.size / (is_complex ? 2 : 1)};
    fields.push_back({leaf.offset, part});
    if (is_complex) fields.push_back({leaf.offset + part.size, part});
  }
  return fields;
}

} // namespace

bool is_record(dtype type) { return type.kind == 'V' || type.kind == 'S'; }

index_t fields_of_element(dtype type) {
  return is_record(type) ? static_cast<index_t>(fields_of(type).size()) : 1;
}

record_columns::record_columns(const loadtxt_options& options, dtype type)
    : options_(options), row_(options), size_(type.size), leaves_(fields_of(type)) {
  for (const text_leaf& leaf : leaves_) {
    if (leaf.type.kind == 'S' || !options.filling_values) continue;
    with_real_dtype(leaf.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      check_filling(*options.filling_values, fits<T>(*options.filling_values), leaf.type);
    });
  }
}

std::size_t record_columns::bytes_of(index_t fields) const {
  const auto each = static_cast<index_t>(leaves_.size());
  return static_cast<std::size_t>((fields + each - 1) / each * size_);
}

text_failure record_columns::parse(std::string_view row, index_t columns, std::byte* to) {
  std::memset(to, 0, bytes_of(columns));
  return row_.parse(row, columns, [&](const row_field& field) {
    // What is beyond the columns is looked at, but has no place.
    const auto each = static_cast<index_t>(leaves_.size());
    const index_t place = field.place < columns ? field.place : 0;
    std::vector<std::byte> beyond(field.place < columns ? 0 : static_cast<std::size_t>(size_));
    std::byte* const element = beyond.empty() ? to + place / each * size_ : beyond.data();
    row_field inside = field;
    inside.place = place % each;
    return convert(inside, element);
  });
}

text_failure record_columns::convert(const row_field& field, std::byte* to) const {
  const text_leaf& leaf = leaves_[static_cast<std::size_t>(field.place)];
  if (leaf.type.kind == 'S') return convert_text(field, leaf.type.size, to + leaf.offset);
  return with_real_dtype(leaf.type, [&](auto tag) {
    typename decltype(tag)::type value{};
    text_failure failure = converted(options_, field, value);
    std::memcpy(to + leaf.offset, &value, sizeof value);
    return failure;
  });
}

text_failure record_columns::convert_text(const row_field& field, int width, std::byte* to) const {
  if (field.is_open) return bad_field(field, "a quote that is not closed on its line");
  for (const column_converter& c : options_.converters)
    if (field.is_column(c.column)) return bad_field(field, "a converter makes numbers, no texts");
  if (field.text.size() > static_cast<std::size_t>(width))
    return bad_field(field, fmt::format("'{}' has {} bytes, and its place {}", field.text,
                                        field.text.size(), width));
  std::memcpy(to, field.text.data(), field.text.size());
  return {};
}

} // namespace tessera::detail
