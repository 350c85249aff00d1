#include "npy/npy_types.hpp"
#include "npy/literal_reader.hpp"
#include "npy/npy_texts.hpp"
#include "types/number_convert.hpp"
#include "types/swap_bytes.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/members.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

namespace tessera::detail {

namespace {

constexpr char native_order = std::endian::native == std::endian::little ? '<' : '>';
constexpr int deepest_record = 8;
constexpr index_t largest_record = index_t{1} << 30U;
constexpr int largest_size = std::numeric_limits<int>::max();

constexpr int unit = 4; // bytes of a character in UTF-32

/// The width of a type of texts, as in "S8" or "U8"; 0 for another type.
int width_of_texts(std::string_view name) {
  int width = 0;
  if (!name.starts_with('S') && !name.starts_with('U')) return 0;
  const char* const end = name.data() + name.size();
  const auto [stop, code] = std::from_chars(name.data() + 1, end, width);
  return stop == end && code == std::errc() && width > 0 ? width : 0;
}

npy_type text_of(char kind, int width, bool swapped) {
  return kind == 'S' ? npy_type{{'S', width}, false} : npy_type{{'U', unit * width}, swapped};
}

/// The type that a type string of NumPy names, if files of it can be read here.
std::optional<npy_type> scalar_of(std::string_view descr) {
  static constexpr dtype known[] = {{'b', 1}, {'i', 1}, {'i', 2}, {'i', 4}, {'i', 8},
                                    {'u', 1}, {'u', 2}, {'u', 4}, {'u', 8}, {'f', 2},
                                    {'f', 4}, {'f', 8}, {'c', 8}, {'c', 16}};
  const bool says_order = !descr.empty() && std::string_view("<>=|").find(descr[0]) != descr.npos;
  const char order = says_order ? descr[0] : '=';
  const std::string_view name = descr.substr(says_order ? 1 : 0);
  const bool swapped = order == (native_order == '<' ? '>' : '<');
  const int width = width_of_texts(name);
  if (name.starts_with('U') && width > largest_size / unit) return {};
  if (width > 0) return text_of(name[0], width, swapped);
  for (const dtype type : known) {
    if (name != fmt::format("{}{}", type.kind, type.size)) continue;
    if (order == '|' && type.size > 1) return {};
    return npy_type{type, swapped && type.size > 1};
  }
  return {};
}

/// Bytes of an element of a type that is skipped, such as "|V4" between members; 0 if unknown.
index_t size_to_skip(std::string_view descr) {
  if (descr.size() < 3) return 0;
  if (descr[1] == 'M' || descr[1] == 'm') return 8; // times, such as "<M8[s]"
  int number = 0;
  const char* const end = descr.data() + descr.size();
  const auto [stop, code] = std::from_chars(descr.data() + 2, end, number);
  if (stop != end || code != std::errc() || number <= 0) return 0;
  switch (descr[1]) {
  case 'V':
  case 'f': return number;
  default: return 0;
  }
}

bool take_record(literal_reader& reader, npy_type& record, int depth);

/// The type of a member: a type string, or a list of members.
bool take_member_type(literal_reader& reader, npy_member& member, index_t& size, int depth) {
  std::string_view descr;
  if (!reader.take_string(descr)) {
    npy_type nested{};
    if (!take_record(reader, nested, depth + 1)) return false;
    size = nested.type.size;
    member.type = nested.type;
    member.members = std::move(nested.members);
    return true;
  }
  if (const auto known = scalar_of(descr)) {
    member.type = known->type;
    member.swapped = known->swapped;
    size = known->type.size;
    return true;
  }
  size = size_to_skip(descr);
  return size > 0;
}

/// ")" or ", (3,))"
bool take_member_end(literal_reader& reader, std::vector<index_t>& shape) {
  if (reader.take(")")) return true;
  if (!reader.take(",")) return false;
  return reader.take(")") || (take_shape(reader, shape) && reader.take(")"));
}

/// "('x', '<f8', (3,))"
bool take_member(literal_reader& reader, npy_type& record, int depth) {
  std::string_view name;
  npy_member member;
  index_t size = 0;
  if (!reader.take("(") || !reader.take_string(name) || !reader.take(",") ||
      !take_member_type(reader, member, size, depth) || !take_member_end(reader, member.shape))
    return false;
  for (const index_t n : member.shape)
    if (__builtin_mul_overflow(size, n, &size)) return false;
  if (size > largest_record - record.type.size) return false;
  member.name = name;
  member.offset = record.type.size;
  record.type.size += static_cast<int>(size);
  record.members.push_back(std::move(member));
  return true;
}

bool take_record(literal_reader& reader, npy_type& record, int depth) {
  record.type = {'V', 0};
  if (depth > deepest_record || !reader.take("[")) return false;
  while (!reader.take("]")) {
    if (!take_member(reader, record, depth)) return false;
    if (!reader.take(",")) return reader.take("]");
  }
  return true;
}

std::string names_of(const std::vector<npy_member>& members) {
  std::string text = "there are ";
  for (const npy_member& member : members)
    if (!member.name.empty())
      text += fmt::format("{}{}'", text.back() == '\'' ? ", '" : "'", member.name);
  return text;
}

std::string match_members(const std::vector<npy_member>& members, const struct_layout& wanted,
                          index_t from, index_t to, std::vector<npy_member_copy>& copies);

std::string match_member(const npy_member& found, const struct_member& wanted, index_t from,
                         index_t to, std::vector<npy_member_copy>& copies) {
  const bool is_struct = wanted.type.kind == 'V';
  const bool is_readable = is_struct ? found.type.kind == 'V' && !found.members.empty()
                                     : holds_all_values(found.type, wanted.type);
  if (found.shape != wanted.shape || !is_readable)
    return fmt::format("its member '{}' is not of type {}{}, nor of one that it holds without loss",
                       found.name, to_string(wanted.type),
                       wanted.shape.empty() ? "" : sizes_text(wanted.shape));
  if (!is_struct) {
    copies.push_back({from, to, found.type, wanted.type, wanted.count(), found.swapped});
    return {};
  }
  std::string problem;
  for (index_t k = 0; k < wanted.count() && problem.empty(); ++k)
    problem = match_members(found.members, *wanted.type.members, from + k * found.type.size,
                            to + k * wanted.type.size, copies);
  return problem;
}

std::string match_members(const std::vector<npy_member>& members, const struct_layout& wanted,
                          index_t from, index_t to, std::vector<npy_member_copy>& copies) {
  for (const struct_member& member : wanted.all) {
    const auto found = std::find_if(members.begin(), members.end(), [&](const npy_member& stored) {
      return stored.name == member.name;
    });
    if (found == members.end())
      return fmt::format("its elements have no member '{}'; {}", member.name, names_of(members));
    std::string problem =
        match_member(*found, member, from + found->offset, to + member.offset, copies);
    if (!problem.empty()) return problem;
  }
  return {};
}

void make_elements(std::byte* data, const npy_type& type, index_t count) {
  if (type.swapped) swap_bytes(data, type.type, count);
  normalize_bools(data, type.type, count);
}

/// A real number that is read as a complex one: its imaginary part is zero.
void add_real_parts(element_conversion& conversion, const npy_member_copy& copy,
                    const stored_number& number) {
  conversion.begin_with_zeros();
  for (index_t k = 0; k < copy.count; ++k)
    conversion.add({copy.from + k * number.size,
                    copy.to + k * copy.type.size,
                    number,
                    {'f', copy.type.size / 2},
                    1});
}

/// Characters, each a number.
void add_characters(element_conversion& conversion, const npy_member_copy& copy) {
  const dtype character{'u', unit};
  conversion.add({copy.from,
                  copy.to,
                  {character, unit, copy.swapped},
                  character,
                  copy.count * copy.type.size / unit});
}

void add_copy(element_conversion& conversion, const npy_member_copy& copy) {
  if (copy.stored.kind == 'U') return add_characters(conversion, copy);
  const bool from_complex = copy.stored.kind == 'c';
  const auto part = [](dtype type) { return dtype{'f', type.size / 2}; };
  const dtype stored = from_complex ? part(copy.stored) : copy.stored;
  const stored_number number{stored, stored.size, copy.swapped};
  if (from_complex)
    conversion.add({copy.from, copy.to, number, part(copy.type), 2 * copy.count});
  else if (copy.type.kind == 'c')
    add_real_parts(conversion, copy, number);
  else
    conversion.add({copy.from, copy.to, number, copy.type, copy.count});
}

element_conversion conversion_of(const npy_type& type) {
  element_conversion conversion(type.record_size, type.type.size);
  for (const npy_member_copy& copy : type.copies)
    if (!is_utf8_of_utf32(copy)) add_copy(conversion, copy);
  return conversion;
}

void copy_texts(const npy_type& type, const std::string& path, const std::byte* from, std::byte* to,
                index_t records) {
  for (const npy_member_copy& copy : type.copies)
    for (index_t k = 0; k < records && is_utf8_of_utf32(copy); ++k)
      copy_utf32_texts(copy, from + k * type.record_size, to + k * type.type.size, path);
}

std::string scalar_descr(dtype type) {
  const char order = type.size == 1 || type.kind == 'S' ? '|' : native_order;
  return fmt::format("'{}{}{}'", order, type.kind, type.size);
}

void check_npy_name(const std::string& name) {
  for (const char c : name)
    if (c < ' ' || c > '~' || c == '\'' || c == '\\')
      throw argument_error(fmt::format(
          "npy files cannot hold a member called '{}': its name is not of plain letters", name));
}

/// What lies between members.
std::string gap_descr(index_t bytes) {
  return bytes > 0 ? "('', '|V" + std::to_string(bytes) + "'), " : "";
}

std::string struct_descr(dtype type) {
  std::string text = "[";
  index_t end = 0;
  for (const struct_member& member : type.members->all) {
    check_npy_name(member.name);
    if (member.offset < end)
      throw argument_error("npy files hold the members of structs in the order of memory; name "
                           "them so: " +
                           to_string(type));
    text += gap_descr(member.offset - end) + "('" + member.name + "', " + npy_descr(member.type);
    if (!member.shape.empty()) text += ", " + tuple_text(member.shape.data(), member.shape.size());
    text += "), ";
    end = member.offset + member.count() * member.type.size;
  }
  text += gap_descr(type.size - end);
  text.resize(text.size() - 2);
  return text + "]";
}

} // namespace

std::optional<npy_type> npy_type_of(std::string_view descr) {
  if (!descr.starts_with('[')) return scalar_of(descr);
  literal_reader reader(descr);
  npy_type record{};
  if (!take_record(reader, record, 0) || !reader.at_end() || record.type.size == 0) return {};
  record.record_size = record.type.size;
  return record;
}

std::string npy_descr(dtype type) {
  return type.kind == 'V' ? struct_descr(type) : scalar_descr(type);
}

std::string match_npy_record(npy_type& found, dtype wanted) {
  std::string problem = match_members(found.members, *wanted.members, 0, 0, found.copies);
  found.type = wanted;
  return problem;
}

void convert_npy_values(npy_type& found, dtype wanted) {
  found.copies.push_back({0, 0, found.type, wanted, 1, found.swapped});
  found.record_size = found.type.size;
  found.type = wanted;
  found.swapped = false;
}

void repeat_npy_values(npy_type& found, dtype wanted, index_t count) {
  for (npy_member_copy& copy : found.copies) copy.count *= count;
  found.record_size *= count;
  found.type = wanted;
}

void read_npy_values(const npy_type& type, const std::string& path, void* to, index_t count,
                     const std::function<void(void*, index_t)>& read) {
  auto* data = static_cast<std::byte*>(to);
  if (type.record_size == 0) {
    read(to, count * type.type.size);
    return make_elements(data, type, count);
  }
  const element_conversion conversion = conversion_of(type);
  constexpr index_t buffer_bytes = index_t{1} << 18U;
  const index_t most = std::clamp<index_t>(buffer_bytes / type.record_size, 1, count + 1);
  std::vector<std::byte> between(static_cast<std::size_t>(most * type.record_size));
  for (index_t done = 0; done < count; done += most) {
    const index_t records = std::min(most, count - done);
    read(between.data(), records * type.record_size);
    conversion.run(between.data(), data, records);
    copy_texts(type, path, between.data(), data, records);
    data += records * type.type.size;
  }
}

} // namespace tessera::detail
