#include "content.hpp"
#include "statistics.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/hdf5.hpp>

#include <sys/stat.h>

#include <fmt/core.h>

namespace info {

using namespace tessera;

namespace {

std::vector<attribute> attributes_of(hdf5_file& file, const std::string& object) {
  std::vector<attribute> found;
  for (const std::string& name : file.attributes(object))
    found.push_back({name, file.attribute_text(object, name)});
  return found;
}

object described(const hdf5_entry& e) {
  object o{e.path, e.dtype, e.shape, e.max_shape, e.chunk, e.filters};
  if (o.max_shape == o.shape) o.max_shape.clear();
  if (e.is_group) o.note = "group";
  if (!e.link.empty()) o.note = "link to " + e.link;
  if (!e.refused.empty()) o.note = e.refused;
  if (!e.dtype.empty()) o.bytes = e.stored_bytes;
  o.value = e.value;
  o.packing = e.packing;
  return o;
}

/// Reads all elements, where that is wanted; what cannot be read is damaged.
void read_elements(hdf5_file& file, const wishes& w, content& c, object& o) {
  statistics seen(o.dtype);
  const bool needed = w.verify || (w.statistics && seen.is_possible());
  if (!needed || o.dtype.empty() || !o.note.empty()) return;
  try {
    file.scan(o.name, [&](const void* elements, index_t count) {
      if (w.statistics) seen.add(elements, count);
    });
    if (w.statistics) o.statistics = seen.result(file.comm());
  } catch (const file_error& failure) {
    c.damage.emplace_back(failure.what());
  }
}

} // namespace

content inspect_hdf5(const communicator& world, const std::string& path, const wishes& w) {
  hdf5_file file = hdf5_file::open(world, path);
  content c{path, "HDF5"};
  if (w.attributes) {
    object root{"/", ""};
    root.attributes = attributes_of(file, "/");
    if (!root.attributes.empty()) c.objects.push_back(root);
  }
  bool has_checksums = false;
  int unread = 0;
  const std::vector<hdf5_entry> entries = file.entries();
  c.objects.reserve(c.objects.size() + entries.size());
  for (const hdf5_entry& e : entries) {
    object o = described(e);
    if (w.attributes && e.link.empty() && e.refused.empty())
      o.attributes = attributes_of(file, e.path);
    if (!e.dtype.empty() && !e.refused.empty()) ++unread;
    if (e.is_damaged) c.damage.push_back(fmt::format("'{}', '{}': {}", path, e.path, e.refused));
    read_elements(file, w, c, o);
    has_checksums = has_checksums || o.filters.find("fletcher32") != o.filters.npos;
    c.objects.push_back(std::move(o));
  }
  if (w.verify) c.verdict = has_checksums ? "checksums fit" : "readable, has no checksums";
  if (w.verify && unread > 0) c.verdict += fmt::format(", {} not read", unread);
  return c;
}

} // namespace info
