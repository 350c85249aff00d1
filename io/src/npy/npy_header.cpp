#include "files/own_errors.hpp"
#include "npy/npy_literal.hpp"
#include "npy/npy_types.hpp"
#include "types/number_convert.hpp"
#include "types/shape_text.hpp"
#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/members.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npy/npy_header.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace tessera {

namespace detail {

namespace {

constexpr char magic[] = "\x93NUMPY";
constexpr index_t magic_size = 6;
constexpr index_t longest_header = 65536; // NumPy itself refuses more than 10000
constexpr std::size_t alignment = 64;

/// Bytes before the text of the header: magic, version, and its length in two or four bytes.
index_t prefix_size(unsigned char version) { return magic_size + 2 + (version == 1 ? 2 : 4); }

index_t little_endian(const std::string& bytes, index_t first, index_t count) {
  index_t value = 0;
  for (index_t k = count; k-- > 0;)
    value = value * 256 + static_cast<unsigned char>(bytes[static_cast<std::size_t>(first + k)]);
  return value;
}

[[noreturn]] void throw_npy(const std::string& path, const std::string& why) {
  throw_format_error(path, why);
}

[[noreturn]] void throw_npy_type(const std::string& path, const std::string& why) {
  throw element_type_error(fmt::format("cannot read '{}': {}", path, why));
}

/// Bytes of the elements, or -1 when there are more than can be counted, or would be if axes
/// without elements had one: NumPy refuses these, too.
index_t data_size(const npy_header& header, index_t itemsize) {
  const auto& shape = header.shape;
  index_t bytes = itemsize;
  for (const index_t n : shape)
    if (__builtin_mul_overflow(bytes, n > 0 ? n : 1, &bytes)) return -1;
  return std::find(shape.begin(), shape.end(), 0) != shape.end() ? 0 : bytes;
}

void check_data_size(const std::string& path, const npy_header& header, index_t file_size) {
  const std::optional<npy_type> type = npy_type_of(header.descr);
  if (!type) return;
  const index_t wanted = data_size(header, type->stored_size());
  const index_t found = file_size - header.data_offset;
  if (wanted == found) return;
  throw_npy(path, fmt::format("shape {} of '{}' takes {}, and the file holds {} behind its header; "
                              "it is truncated or damaged",
                              shape_text(header.shape), header.descr,
                              wanted < 0 ? std::string("more bytes than can be counted")
                                         : fmt::format("{} bytes", wanted),
                              found));
}

/// What to do then.
std::string advice(dtype found, dtype wanted) {
  const bool is_number = wanted.kind == 'f' || wanted.kind == 'i' || wanted.kind == 'u';
  if (!is_number || found.kind == 'S') return "";
  if (found.kind == 'c') return ", and take real(), imag() or abs() of it";
  return ", and assign that to an array of " + to_string(wanted);
}

/// Have the last axes of a file the sizes of fixed arrays, in C's order?
void check_axes_of_fixed(const std::string& path, const npy_header& header,
                         const struct_member& elements) {
  const auto inner = static_cast<std::ptrdiff_t>(elements.shape.size());
  const bool has_axes = header.shape.size() >= elements.shape.size();
  if (!has_axes ||
      !std::equal(header.shape.end() - inner, header.shape.end(), elements.shape.begin()))
    throw_npy_type(path, fmt::format("its shape is {}, whose last axes are not those of fixed "
                                     "arrays of shape {}",
                                     shape_text(header.shape), shape_text(elements.shape)));
  if (header.fortran_order && header.shape.size() > 1)
    throw_npy_type(path,
                   "it is in Fortran's order, in which the numbers of fixed arrays do not lie "
                   "side by side; read it as an array of numbers, and take as_fixed() of it");
}

/// Can the elements be read as those that are wanted? Structs are matched on the way.
void check_elements(const std::string& path, const npy_header& header, npy_type& found,
                    dtype wanted) {
  if (const struct_member* const elements = elements_of_fixed(wanted)) {
    check_axes_of_fixed(path, header, *elements);
    check_elements(path, header, found, elements->type);
    repeat_npy_values(found, wanted, elements->count());
  } else if (wanted.kind == 'V' && found.type.kind == 'V') {
    const std::string problem = match_npy_record(found, wanted);
    if (!problem.empty()) throw_npy_type(path, problem);
  } else if (wanted.kind == 'V' || found.type.kind == 'V') {
    throw_npy_type(path, fmt::format("its elements are of type '{}', not {}", header.descr,
                                     to_string(wanted)));
  } else if (!holds_all_values(found.type, wanted)) {
    throw_npy_type(
        path,
        fmt::format("its elements are {}, which cannot be read as {} without loss; read it as {}{}",
                    to_string(found.type), to_string(wanted), to_string(type_in_memory(found.type)),
                    advice(found.type, wanted)));
  } else if (found.type != wanted) {
    convert_npy_values(found, wanted);
  }
}

} // namespace

index_t npy_head_size(const std::string& path, const std::string& start, index_t file_size) {
  if (start.compare(0, magic_size, magic) != 0) throw_npy(path, "it is not an npy file");
  if (start.size() < npy_head_start) throw_npy(path, "it ends inside the header");
  const auto version = static_cast<unsigned char>(start[magic_size]);
  if (version < 1 || version > 3 || start[magic_size + 1] != 0)
    throw_npy(path, "its npy format is neither version 1.0, 2.0 nor 3.0");
  const index_t prefix = prefix_size(version);
  const index_t length = little_endian(start, magic_size + 2, prefix - magic_size - 2);
  if (length > longest_header)
    throw_npy(path, fmt::format("its header of {} bytes is too long", length));
  if (prefix + length > file_size) throw_npy(path, "it ends inside the header");
  return prefix + length;
}

namespace {

/// Bytes of a file up to the end of its first array, where another one follows; else all.
index_t size_of_first(const input_file& file, const std::string& head) {
  npy_header header;
  const auto prefix =
      static_cast<std::size_t>(prefix_size(static_cast<unsigned char>(head[magic_size])));
  if (parse_npy_literal(head.substr(prefix), header) != nullptr) return file.size();
  const index_t bytes = data_size(header, npy_itemsize(header));
  const auto before = static_cast<index_t>(head.size());
  if (bytes < 0 || bytes > file.size() - before - magic_size) return file.size();
  std::string next(magic_size, '\0');
  file.read_at(before + bytes, next.data(), magic_size);
  return next == magic ? before + bytes : file.size();
}

} // namespace

std::string read_npy_head(const std::string& path) { return read_npy_head(input_file(path)); }

std::string read_npy_head(const input_file& file) {
  const auto start = std::min(static_cast<std::size_t>(file.size()), npy_head_start);
  std::string head(start, '\0');
  file.read_at(0, head.data(), static_cast<index_t>(start));
  head.resize(static_cast<std::size_t>(npy_head_size(file.path(), head, file.size())));
  file.read_at(0, head.data(), static_cast<index_t>(head.size()));
  return fmt::format("{} {}", size_of_first(file, head), head);
}

npy_header parse_npy_head(const std::string& path, const std::string& head) {
  const std::size_t blank = head.find(' ');
  return parse_npy_head(path, head.substr(blank + 1), std::stoll(head.substr(0, blank)));
}

npy_header parse_npy_head(const std::string& path, const std::string& bytes, index_t file_size) {
  const auto prefix =
      static_cast<std::size_t>(prefix_size(static_cast<unsigned char>(bytes[magic_size])));
  npy_header header;
  const char* const problem = parse_npy_literal(bytes.substr(prefix), header);
  if (problem != nullptr) throw_npy(path, std::string("its npy header is damaged: ") + problem);
  header.data_offset = static_cast<index_t>(bytes.size());
  check_data_size(path, header, file_size);
  return header;
}

namespace {

std::string scalar_advice(const npy_header& header, std::size_t ndim) {
  if (header.shape.empty() == (ndim == 0)) return {};
  return ndim == 0 ? "; load_npy<T, N> reads an array" : "; load_npy<T> reads a scalar";
}

} // namespace

npy_type check_npy(const std::string& path, const npy_header& header, dtype wanted,
                   std::size_t ndim) {
  std::optional<npy_type> found = npy_type_of(header.descr);
  if (!found || (found->type.kind == 'U' && wanted.kind != 'U' && wanted.kind != 'S'))
    throw_npy_type(
        path, fmt::format(
                  "its elements are of type '{}', which is none of bool, integer, float, complex, "
                  "strings (S8 and, as fixed_string, U8) and structs of these; in NumPy, "
                  "a.astype() makes one of these",
                  header.descr));
  check_elements(path, header, *found, wanted);
  const struct_member* const elements = elements_of_fixed(wanted);
  if (header.shape.size() != ndim + (elements != nullptr ? elements->shape.size() : 0))
    throw_file_error("read", path,
                     fmt::format("its shape is {}, which has {} dimensions, not {}{}",
                                 shape_text(header.shape), header.shape.size(), ndim,
                                 scalar_advice(header, ndim)));
  return *found;
}

std::string npy_head(dtype type, const index_t* shape, std::size_t ndim) {
  if (const struct_member* const elements = elements_of_fixed(type)) {
    std::vector<index_t> all(shape, shape + ndim);
    all.insert(all.end(), elements->shape.begin(), elements->shape.end());
    return npy_head(elements->type, all.data(), all.size());
  }
  std::string text = "{'descr': " + npy_descr(type) +
                     ", 'fortran_order': False, 'shape': " + tuple_text(shape, ndim) + ", }";
  // NumPy leaves room for the first size to grow in place.
  constexpr std::size_t digits_to_grow = 21;
  if (ndim > 0) text.append(digits_to_grow - std::to_string(shape[0]).size(), ' ');
  const std::size_t prefix = magic_size + 4;
  text.append(alignment - (prefix + text.size() + 1) % alignment, ' ');
  text += '\n';
  std::string head(magic, magic_size);
  head += {'\1', '\0', static_cast<char>(text.size() % 256), static_cast<char>(text.size() / 256)};
  return head + text;
}

} // namespace detail

npy_header read_npy_header(const std::string& path) {
  return detail::with_own_errors(
      [&] { return detail::parse_npy_head(path, detail::read_npy_head(path)); });
}

} // namespace tessera
