#include "content.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/checkpoint_generation.hpp>

namespace info {

using namespace tessera;

namespace {

/// Adds what the file of data tells to what the manifest does.
void look_inside(const communicator& world, const checkpoint_generation& g, const wishes& w,
                 content& c) {
  if (!g.is_whole() || !(w.attributes || (w.statistics && !g.is_tiled))) return;
  // Its bytes have been checked; where they are tiles, not all of them are in that file.
  const wishes inside{w.attributes, w.statistics && !g.is_tiled, false, true};
  c.objects = inspect_hdf5(world, g.data, inside).objects;
}

} // namespace

content inspect_checkpoints(const communicator& world, const std::string& path, const wishes& w) {
  content all{path, "checkpoint"};
  for (const checkpoint_generation& g : inspect_checkpoint(world, path, !w.quick)) {
    content c{g.manifest, "generation", g.bytes, g.step};
    for (const checkpoint_array& a : g.arrays) {
      object o{a.name, a.dtype, a.shape};
      o.bytes = a.bytes;
      c.objects.push_back(std::move(o));
    }
    if (!g.is_whole()) c.damage.push_back(g.damage);
    if (!w.quick) c.verdict = "checksums fit";
    look_inside(world, g, w, c);
    all.parts.push_back(std::move(c));
  }
  return all;
}

} // namespace info
