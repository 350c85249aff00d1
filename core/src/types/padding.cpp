#include <tessera/core/members.hpp>
#include <tessera/core/types/padding.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tessera::detail {

namespace {

struct byte_run {
  index_t lower;
  index_t upper;
};

void add_members(dtype type, index_t at, std::vector<byte_run>& runs) {
  for (const struct_field& field : type.members->fields) {
    const index_t first = at + field.offset;
    if (field.type.kind != 'V') {
      runs.push_back({first, first + field.count() * field.type.size});
      continue;
    }
    for (index_t k = 0; k < field.count(); ++k)
      add_members(field.type, first + k * field.type.size, runs);
  }
}

/// What lies between the members of a struct, before and behind them.
std::vector<byte_run> padding_of(dtype type) {
  if (type.kind != 'V') return {};
  std::vector<byte_run> runs;
  add_members(type, 0, runs);
  std::sort(runs.begin(), runs.end(),
            [](const byte_run& a, const byte_run& b) { return a.lower < b.lower; });
  std::vector<byte_run> padding;
  index_t at = 0;
  for (const byte_run& run : runs) {
    if (run.lower > at) padding.push_back({at, run.lower});
    at = std::max(at, run.upper);
  }
  if (at < type.size) padding.push_back({at, type.size});
  return padding;
}

} // namespace

bool has_padding(dtype type) { return !padding_of(type).empty(); }

void zero_padding(void* elements, dtype type, index_t count) {
  const std::vector<byte_run> padding = padding_of(type);
  if (padding.empty()) return;
  auto* element = static_cast<std::byte*>(elements);
  for (index_t i = 0; i < count; ++i, element += type.size)
    for (const byte_run& run : padding)
      std::memset(element + run.lower, 0, static_cast<std::size_t>(run.upper - run.lower));
}

} // namespace tessera::detail
