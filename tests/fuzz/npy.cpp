// The header of npy files: the whole of it, and the Python literal inside it alone.
#include "fuzz.hpp"

#include "npy/npy_literal.hpp"

#include <tessera/io/input_file.hpp>
#include <tessera/io/npy/npy_header.hpp>

#include <algorithm>
#include <vector>

using namespace tessera;
using detail::dtype;
using tessera_fuzz::require;

namespace {

constexpr dtype types[] = {{'b', 1}, {'i', 2}, {'u', 8}, {'f', 4}, {'f', 8}, {'c', 16}};

/// A header that fits its file tells where the elements are; arrays may follow.
void check_elements(const input_file& file, const npy_header& header, dtype type) {
  const detail::npy_type found = detail::check_npy(file.path(), header, type, header.shape.size());
  const bool empty = std::find(header.shape.begin(), header.shape.end(), 0) != header.shape.end();
  index_t bytes = empty ? 0 : found.stored_size();
  if (!empty)
    for (const index_t n : header.shape) bytes *= n;
  require(header.data_offset + bytes <= file.size(), "the elements end behind the file");
  std::vector<char> elements(static_cast<std::size_t>(bytes));
  file.read_at(header.data_offset, elements.data(), bytes);
}

/// What is written for a shape is read as that shape.
void check_written(const npy_header& header, dtype type) {
  for (const index_t n : header.shape)
    if (n > 1000000) return;
  const std::string head = detail::npy_head(type, header.shape.data(), header.shape.size());
  npy_header again;
  const char* const problem = detail::parse_npy_literal(head.substr(10), again);
  require(problem == nullptr && again.shape == header.shape, "a header of ours is not read");
}

} // namespace

void tessera_fuzz::npy(const std::string& bytes) {
  npy_header header;
  if (detail::parse_npy_literal(bytes, header) == nullptr && header.shape.size() < 33)
    for (const dtype type : types) check_written(header, type);
  const input_file file("in.npy", {bytes.begin(), bytes.end()});
  error_of([&] {
    const npy_header found = detail::parse_npy_head(file.path(), detail::read_npy_head(file));
    for (const dtype type : types) error_of([&] { check_elements(file, found, type); });
  });
}
