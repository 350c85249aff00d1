#include "content.hpp"
#include "statistics.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/zarr.hpp>

#include <fmt/core.h>

namespace info {

using namespace tessera;

namespace {

std::vector<attribute> attributes_of_node(zarr_store& store, const std::string& node) {
  std::vector<attribute> found;
  for (const std::string& name : store.attributes(node))
    found.push_back({name, store.attribute_text(node, name)});
  return found;
}

/// "shards of (64, 64), zstd 3"
std::string codecs_of(const zarr_entry& e) {
  std::string text;
  for (const index_t n : e.shard) text += (text.empty() ? "" : ", ") + std::to_string(n);
  if (!text.empty()) text = "shards of (" + text + (e.shard.size() == 1 ? ",)" : ")");
  if (!e.codecs.empty()) text += (text.empty() ? "" : ", ") + e.codecs;
  return text;
}

object described_node(const zarr_entry& e) {
  object o{e.path, e.dtype, e.shape, {}, e.chunk, codecs_of(e)};
  for (const std::string& name : e.dimensions) o.note += (o.note.empty() ? "along " : ", ") + name;
  if (e.is_group) o.note = "group";
  if (!e.refused.empty()) o.note = e.refused;
  if (!e.dtype.empty()) o.bytes = e.stored_bytes;
  return o;
}

/// Reads all elements, where that is wanted; what cannot be read is damaged.
void read_node(zarr_store& store, const wishes& w, content& c, object& o) {
  statistics seen(o.dtype == "float16" ? "float32" : o.dtype);
  if (!w.verify && !(w.statistics && seen.is_possible())) return;
  try {
    store.scan(o.name, [&](const void* elements, index_t count) {
      if (w.statistics) seen.add(elements, count);
    });
    if (w.statistics) o.statistics = seen.result(store.comm());
  } catch (const file_error& failure) {
    c.damage.emplace_back(failure.what());
  }
}

} // namespace

content inspect_zarr(const communicator& world, const std::string& path, const wishes& w) {
  zarr_store store = zarr_store::open(world, path);
  content c{path, "Zarr"};
  const std::vector<zarr_entry> entries = store.entries();
  if (w.attributes && (entries.empty() || entries.front().path != "/")) {
    object root{"/", ""};
    root.attributes = attributes_of_node(store, "/");
    if (!root.attributes.empty()) c.objects.push_back(root);
  }
  bool has_checksums = false;
  int unread = 0;
  for (const zarr_entry& e : entries) {
    object o = described_node(e);
    if (w.attributes && e.refused.empty()) o.attributes = attributes_of_node(store, e.path);
    if (!e.refused.empty()) ++unread;
    if (e.is_damaged) c.damage.push_back(fmt::format("'{}', '{}': {}", path, e.path, e.refused));
    if (!e.dtype.empty() && e.refused.empty()) read_node(store, w, c, o);
    has_checksums = has_checksums || e.codecs.find("crc32c") != e.codecs.npos;
    c.objects.push_back(std::move(o));
  }
  if (w.verify) c.verdict = has_checksums ? "checksums fit" : "readable, has no checksums";
  if (w.verify && unread > 0) c.verdict += fmt::format(", {} not read", unread);
  return c;
}

} // namespace info
