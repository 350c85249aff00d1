#include <tessera/core/members.hpp>
#include <tessera/core/types/padding.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tessera::detail {

namespace {

struct byte_interval {
  index_t lower;
  index_t upper;
};

void add_members(dtype type, index_t at, std::vector<byte_interval>& used) {
  for (const struct_member& member : type.members->all) {
    const index_t first = at + member.offset;
    if (member.type.kind != 'V') {
      used.push_back({first, first + member.count() * member.type.size});
      continue;
    }
    for (index_t k = 0; k < member.count(); ++k)
      add_members(member.type, first + k * member.type.size, used);
  }
}

/// What lies between the members of a struct, before and behind them.
std::vector<byte_interval> padding_of(dtype type) {
  if (type.kind != 'V') return {};
  std::vector<byte_interval> used;
  add_members(type, 0, used);
  std::sort(used.begin(), used.end(),
            [](const byte_interval& a, const byte_interval& b) { return a.lower < b.lower; });
  std::vector<byte_interval> padding;
  index_t at = 0;
  for (const byte_interval& bytes : used) {
    if (bytes.lower > at) padding.push_back({at, bytes.lower});
    at = std::max(at, bytes.upper);
  }
  if (at < type.size) padding.push_back({at, type.size});
  return padding;
}

} // namespace

bool has_padding(dtype type) { return !padding_of(type).empty(); }

void zero_padding(void* elements, dtype type, index_t count) {
  const std::vector<byte_interval> padding = padding_of(type);
  if (padding.empty()) return;
  auto* element = static_cast<std::byte*>(elements);
  for (index_t i = 0; i < count; ++i, element += type.size)
    for (const byte_interval& bytes : padding)
      std::memset(element + bytes.lower, 0, static_cast<std::size_t>(bytes.upper - bytes.lower));
}

} // namespace tessera::detail
