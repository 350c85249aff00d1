#include "content.hpp"
#include "statistics.hpp"

#include "../support/element_type.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace info {

using namespace tessera;

namespace {

constexpr std::size_t most_axes = 4; // of npz arrays whose elements are read

index_t itemsize_of(const npy_header& header) {
  const index_t size = std::atol(header.descr.c_str() + 2);
  return header.descr[1] == 'U' ? 4 * size : size;
}

/// NumPy's name of a type: "<f8" is float64.
std::string type_name(const std::string& descr) {
  const char kind = descr[1];
  const int size = std::atoi(descr.c_str() + 2);
  if (std::string("fiucb").find(kind) != std::string::npos)
    return to_string(detail::dtype{kind, size});
  return descr.substr(1);
}

object described(const std::string& name, const npy_header& header) {
  object o{name, type_name(header.descr), header.shape};
  o.bytes = itemsize_of(header);
  for (const index_t n : header.shape) o.bytes *= n;
  if (header.descr[0] == '>') o.note = "big-endian";
  if (header.fortran_order) o.note += o.note.empty() ? "Fortran order" : ", Fortran order";
  return o;
}

void swap_elements(std::vector<std::byte>& bytes, index_t itemsize) {
  for (auto at = bytes.begin(); at != bytes.end(); at += itemsize) std::reverse(at, at + itemsize);
}

/// Every rank reads its share of the file.
void add_elements(const communicator& world, const std::string& path, const npy_header& header,
                  statistics& seen) {
  constexpr index_t at_once = 1 << 18;
  const input_file file(path);
  const index_t itemsize = itemsize_of(header);
  const index_t count = (file.size() - header.data_offset) / itemsize;
  std::vector<std::byte> bytes;
  for (index_t first = at_once * world.rank(); first < count; first += at_once * world.size()) {
    const index_t some = std::min(at_once, count - first);
    bytes.resize(static_cast<std::size_t>(some * itemsize));
    file.read_at(header.data_offset + first * itemsize, bytes.data(), some * itemsize);
    if (header.descr[0] == '>') swap_elements(bytes, itemsize);
    seen.add(bytes.data(), some);
  }
}

template <class T, std::size_t N>
bool read_member(const npz_file& file, const object& o, statistics& seen) {
  if (o.shape.size() != N) return false;
  const ndarray<T, N> elements = file.load<T, N>(o.name);
  seen.add(elements.data(), elements.size());
  return true;
}

/// Reads an array as a whole, which checks it.
void read_member(const npz_file& file, const object& o, statistics& seen) {
  apps::with_element_type(o.dtype, [&]<class T>(std::type_identity<T>) {
    [&]<std::size_t... N>(std::index_sequence<N...>) {
      static_cast<void>((read_member<T, N + 1>(file, o, seen) || ...));
    }
    (std::make_index_sequence<most_axes>());
  });
}

} // namespace

content inspect_npy(const communicator& world, const std::string& path, const wishes& w) {
  content c{path, "npy"};
  const npy_header header = collectively(world, [&] { return read_npy_header(path); });
  object o = described("", header);
  statistics seen(o.dtype);
  if (w.statistics && seen.is_possible()) {
    collectively(world, [&] { add_elements(world, path, header, seen); });
    o.statistics = seen.result(world);
  }
  c.objects.push_back(std::move(o));
  return c;
}

content inspect_npz(const communicator& world, const std::string& path, const wishes& w) {
  content c{path, "npz"};
  if (w.verify) c.verdict = "checksums fit";
  const npz_file file = collectively(world, [&] { return npz_file(path); });
  for (const std::string& name : file.names()) {
    object o = collectively(world, [&] { return described(name, file.header(name)); });
    statistics seen(o.dtype);
    try {
      // Their bytes are packed one behind the other, so one rank reads them.
      collectively(world, [&] {
        if ((w.statistics || w.verify) && world.rank() == 0) read_member(file, o, seen);
      });
      if (w.statistics) o.statistics = seen.result(world);
    } catch (const file_error& failure) {
      c.damage.emplace_back(failure.what());
    }
    c.objects.push_back(std::move(o));
  }
  return c;
}

} // namespace info
