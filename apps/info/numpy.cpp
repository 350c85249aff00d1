#include "content.hpp"
#include "statistics.hpp"

#include "../support/element_type.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>

#include <algorithm>
#include <utility>

namespace info {

using namespace tessera;

namespace {

constexpr std::size_t most_axes = 4; // of npz arrays whose elements are read

/// Of all elements; -1 where they are not known.
index_t bytes_of(const npy_header& header) {
  index_t bytes = npy_itemsize(header);
  if (bytes == 0) return -1;
  for (const index_t n : header.shape) bytes *= n;
  return bytes;
}

object described(const std::string& name, const npy_header& header) {
  object o{name, npy_type_name(header), header.shape};
  o.bytes = bytes_of(header);
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
  const index_t itemsize = npy_itemsize(header);
  const index_t count = bytes_of(header) / itemsize;
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

template <class T> bool read_scalar(const npz_file& file, const object& o, statistics& seen) {
  if (!o.shape.empty()) return false;
  const T value = file.load<T>(o.name);
  seen.add(&value, 1);
  return true;
}

/// Reads an array as a whole, which checks it.
void read_member(const npz_file& file, const object& o, statistics& seen) {
  apps::with_element_type(o.dtype, [&]<class T>(std::type_identity<T>) {
    if (read_scalar<T>(file, o, seen)) return;
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
  if (o.bytes >= 0 && header.data_offset + o.bytes < input_file(path).size())
    o.note +=
        (o.note.empty() ? "" : ", ") + std::string("other arrays follow, as numpy.save adds them");
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
