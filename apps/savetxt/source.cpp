#include "source.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/npz.hpp>

#include <fmt/core.h>

namespace savetxt_app {

using namespace tessera;

namespace {

std::string chosen(const std::string& path, const std::string& name,
                   const std::vector<std::string>& names, const char* what) {
  if (!name.empty()) return name;
  if (names.size() == 1) return names[0];
  std::string list;
  for (const std::string& one : names) list += " " + one;
  throw usage_error(fmt::format("'{}' holds {} {}; choose one with --dataset:{}", path,
                                names.size(), what, list));
}

void describe(const npy_header& header, source& from) {
  from.type = npy_type_name(header);
  from.shape = header.shape;
}

void open_npz(source& from) {
  const npz_file file(from.path);
  from.name = chosen(from.path, from.name, file.names(), "arrays");
  describe(file.header(from.name), from);
}

void open_hdf5(const communicator& world, source& from) {
  hdf5_file file = hdf5_file::open(world, from.path);
  from.name = chosen(from.path, from.name, file.datasets(), "datasets");
  from.type = file.dtype(from.name);
  from.shape = file.shape(from.name);
}

} // namespace

source open_source(const communicator& world, const std::string& path, const std::string& name) {
  source from{path, apps::file_kind::text, name, "", {}};
  collectively(world, [&] { from.kind = apps::kind_of_input(path); });
  switch (from.kind) {
  case apps::file_kind::hdf5: open_hdf5(world, from); break;
  case apps::file_kind::npz: collectively(world, [&] { open_npz(from); }); break;
  case apps::file_kind::npy:
    collectively(world, [&] {
      if (!name.empty())
        throw usage_error(fmt::format("--dataset is for HDF5 and npz; '{}' is npy", path));
      describe(read_npy_header(path), from);
    });
    break;
  default: throw format_error(fmt::format("'{}' is no file of HDF5, npy or npz", path));
  }
  return from;
}

} // namespace savetxt_app
