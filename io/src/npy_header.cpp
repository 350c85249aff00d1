#include "npy_literal.hpp"
#include <tessera/core/error.hpp>
#include <tessera/core/file_errors.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npy_header.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>

namespace tessera {

namespace detail {

namespace {

constexpr char magic[] = "\x93NUMPY";
constexpr index_t magic_size = 6;
constexpr index_t longest_header = 65536; // NumPy itself refuses more than 10000
constexpr std::size_t alignment = 64;
constexpr char native_order = std::endian::native == std::endian::little ? '<' : '>';

/// Bytes before the text of the header: magic, version, and its length in two or four bytes.
index_t prefix_size(unsigned char version) { return magic_size + 2 + (version == 1 ? 2 : 4); }

index_t little_endian(const std::string& bytes, index_t first, index_t count) {
  index_t value = 0;
  for (index_t k = count; k-- > 0;)
    value = value * 256 + static_cast<unsigned char>(bytes[static_cast<std::size_t>(first + k)]);
  return value;
}

[[noreturn]] void throw_npy(const std::string& path, const std::string& why) {
  throw_file_error("read", path, why);
}

/// The type that a type string of NumPy names, if files of it can be read here.
std::optional<npy_type> type_of(const std::string& descr) {
  static constexpr dtype known[] = {{'b', 1}, {'i', 1}, {'i', 2}, {'i', 4}, {'i', 8},
                                    {'u', 1}, {'u', 2}, {'u', 4}, {'u', 8}, {'f', 4},
                                    {'f', 8}, {'c', 8}, {'c', 16}};
  for (const dtype type : known) {
    const std::string name = type.kind + std::to_string(type.size);
    if (descr.size() < 2 || descr.compare(1, descr.npos, name) != 0) continue;
    const char order = descr[0];
    if (order == '<' || order == '>') return npy_type{type, order != native_order && type.size > 1};
    if (order == '=' || (order == '|' && type.size == 1)) return npy_type{type, false};
  }
  return {};
}

std::string shape_text(const std::vector<index_t>& shape) {
  return tuple_text(shape.data(), shape.size());
}

/// Bytes of the elements, or -1 when there are more than can be counted.
index_t data_size(const npy_header& header, index_t itemsize) {
  const auto& shape = header.shape;
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  index_t bytes = itemsize;
  for (const index_t n : shape)
    if (__builtin_mul_overflow(bytes, n, &bytes)) return -1;
  return bytes;
}

void check_data_size(const std::string& path, const npy_header& header, index_t file_size) {
  const std::optional<npy_type> type = type_of(header.descr);
  if (!type) return;
  const index_t wanted = data_size(header, type->type.size);
  const index_t found = file_size - header.data_offset;
  if (wanted == found) return;
  throw_npy(path, "shape " + shape_text(header.shape) + " of '" + header.descr + "' takes " +
                      (wanted < 0 ? std::string("more bytes than can be counted")
                                  : std::to_string(wanted) + " bytes") +
                      ", and the file holds " + std::to_string(found) +
                      " behind its header; it is truncated or damaged");
}

} // namespace

std::string read_npy_head(const std::string& path) { return read_npy_head(input_file(path)); }

std::string read_npy_head(const input_file& file) {
  const std::string& path = file.path();
  std::string head(static_cast<std::size_t>(std::min<index_t>(file.size(), magic_size + 6)), '\0');
  file.read_at(0, head.data(), static_cast<index_t>(head.size()));
  if (head.compare(0, magic_size, magic) != 0) throw_npy(path, "it is not an npy file");
  if (head.size() < magic_size + 6) throw_npy(path, "it ends inside the header");
  const auto version = static_cast<unsigned char>(head[magic_size]);
  if (version < 1 || version > 3 || head[magic_size + 1] != 0)
    throw_npy(path, "its npy format is neither version 1.0, 2.0 nor 3.0");
  const index_t prefix = prefix_size(version);
  const index_t length = little_endian(head, magic_size + 2, prefix - magic_size - 2);
  if (length > longest_header)
    throw_npy(path, "its header of " + std::to_string(length) + " bytes is too long");
  if (prefix + length > file.size()) throw_npy(path, "it ends inside the header");
  head.resize(static_cast<std::size_t>(prefix + length));
  file.read_at(0, head.data(), prefix + length);
  return std::to_string(file.size()) + ' ' + head;
}

npy_header parse_npy_head(const std::string& path, const std::string& head) {
  const std::size_t blank = head.find(' ');
  const index_t file_size = std::stoll(head.substr(0, blank));
  const std::string bytes = head.substr(blank + 1);
  const auto prefix =
      static_cast<std::size_t>(prefix_size(static_cast<unsigned char>(bytes[magic_size])));
  npy_header header;
  const char* const problem = parse_npy_literal(bytes.substr(prefix), header);
  if (problem != nullptr) throw_npy(path, std::string("its npy header is damaged: ") + problem);
  header.data_offset = static_cast<index_t>(bytes.size());
  check_data_size(path, header, file_size);
  return header;
}

npy_type check_npy(const std::string& path, const npy_header& header, dtype wanted,
                   std::size_t ndim) {
  const std::optional<npy_type> found = type_of(header.descr);
  if (!found)
    throw_npy(path, "its elements are of type '" + header.descr +
                        "', which is none of bool, integer, float and complex; in NumPy, "
                        "a.astype() makes one of these");
  if (found->type != wanted)
    throw_npy(path, "its elements are " + to_string(found->type) + ", not " + to_string(wanted) +
                        "; read it as " + to_string(found->type) +
                        ", and assign that to an array "
                        "of " +
                        to_string(wanted));
  if (header.shape.size() != ndim)
    throw_npy(path, "its shape is " + shape_text(header.shape) + ", which has " +
                        std::to_string(header.shape.size()) + " dimensions, not " +
                        std::to_string(ndim));
  return *found;
}

std::string npy_head(dtype type, const index_t* shape, std::size_t ndim) {
  const char order = type.size == 1 ? '|' : native_order;
  std::string text = std::string("{'descr': '") + order + type.kind + std::to_string(type.size) +
                     "', 'fortran_order': False, 'shape': " + tuple_text(shape, ndim) + ", }";
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
  return detail::parse_npy_head(path, detail::read_npy_head(path));
}

} // namespace tessera
