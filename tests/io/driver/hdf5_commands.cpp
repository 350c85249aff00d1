#include "arrays.hpp"
#include "commands.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/npy.hpp>

#include <optional>
#include <string>

using namespace tessera;

namespace io_driver {

namespace {

std::optional<hdf5_file> file; // that is being written

hdf5_layout layout_of(const words& w) {
  return {numbers(w[4]), std::stoi(w[5]), w[6] == "1", w[7] == "1"};
}

// write|append DATASET NPY MODE CHUNK DEFLATE SHUFFLE FLETCHER32
template <class T, std::size_t N> void write_ndim(const communicator& world, const words& w) {
  with_array<T, N>(world, w[3], w[2], [&](const auto& array) {
    if (w[0] == "h5write")
      file->write(w[1], array, layout_of(w));
    else
      file->append(w[1], array, layout_of(w));
  });
}

template <class T> void write_type(const communicator& world, const words& w) {
  switch (read_npy_header(w[2]).shape.size()) {
  case 1: return write_ndim<T, 1>(world, w);
  case 2: return write_ndim<T, 2>(world, w);
  default: return write_ndim<T, 3>(world, w);
  }
}

// read FILE DATASET NPY MODE TYPE NDIM
template <class T, std::size_t N> void read_ndim(const communicator& world, const words& w) {
  hdf5_file saved = hdf5_file::open(world, w[1]);
  if (w[4] == "local") {
    const auto all_of_it = saved.read<T, N>(w[2]);
    if (world.rank() == 0) save_npy(w[3], all_of_it);
    return;
  }
  shape_t<N> shape{};
  const std::vector<index_t> stored = saved.shape(w[2]);
  for (std::size_t d = 0; d < N; ++d) shape[d] = stored.at(d);
  global_array<T, N> u(w[4] == "rows" ? grid_along<N>(world, 0) : process_grid<N>(world), shape);
  saved.read(w[2], u);
  save_npy(w[3], u);
}

template <class T> void read_type(const communicator& world, const words& w) {
  if (w[6] == "1") return read_ndim<T, 1>(world, w);
  if (w[6] == "2") return read_ndim<T, 2>(world, w);
  read_ndim<T, 3>(world, w);
}

// readpart FILE DATASET NPY MODE SUBSCRIPTS: of three axes of float64
void read_part(const communicator& world, const words& w) {
  hdf5_file saved = hdf5_file::open(world, w[1]);
  with_subscripts(split(w[5], ';'), [&](const auto&... s) {
    constexpr std::size_t N = kept<std::remove_cvref_t<decltype(s)>...>;
    if constexpr (N > 0) {
      const auto part = saved.read<double, N>(w[2], s...);
      if (w[4] == "local") {
        if (world.rank() == 0) save_npy(w[3], part);
        return;
      }
      global_array<double, N> u(process_grid<N>(world), part.shape());
      saved.read(w[2], u, s...);
      save_npy(w[3], u);
    }
  });
}

// writepart DATASET NPY MODE SUBSCRIPTS
void write_part(const communicator& world, const words& w) {
  with_subscripts(split(w[4], ';'), [&](const auto&... s) {
    constexpr std::size_t N = kept<std::remove_cvref_t<decltype(s)>...>;
    if constexpr (N > 0)
      with_array<double, N>(world, w[3], w[2],
                            [&](const auto& array) { file->write_into(w[1], array, s...); });
  });
}

// create|extend FILE, commit, truncate DATASET COUNT, number DATASET VALUE
void change_file(const communicator& world, const words& w) {
  if (w[0] == "h5create") file.emplace(hdf5_file::create(world, w[1]));
  if (w[0] == "h5extend") file.emplace(hdf5_file::extend(world, w[1]));
  if (w[0] == "h5commit") file->commit();
  if (w[0] == "h5truncate") file->truncate(w[1], std::stol(w[2]));
  if (w[0] == "h5number") file->append(w[1], std::stod(w[2]));
  if (w[0] == "h5zeros") {
    const std::vector<index_t> shape = numbers(w[2]);
    file->create_dataset<double, 3>(w[1], {shape.at(0), shape.at(1), shape.at(2)}, layout_of(w));
  }
}

#define SOME_TYPES(f)                                                                              \
  {"u1", f<std::uint8_t>}, {"i2", f<std::int16_t>}, {"f8", f<double>}, {                           \
    "c16", f<std::complex<double>>                                                                 \
  }

const table write_types = {SOME_TYPES(write_type)};
const table read_types = {SOME_TYPES(read_type),
                          {"b1", read_type<bool>},
                          {"i8", read_type<std::int64_t>},
                          {"u8", read_type<std::uint64_t>}};

} // namespace

bool run_hdf5_command(const communicator& world, const words& w) {
  if (w[0].rfind("h5", 0) != 0) return false;
  if (w[0] == "h5write" || w[0] == "h5append")
    write_types.at(read_npy_header(w[2]).descr.substr(1))(world, w);
  else if (w[0] == "h5read")
    read_types.at(w[5])(world, w);
  else if (w[0] == "h5readpart")
    read_part(world, w);
  else if (w[0] == "h5writepart")
    write_part(world, w);
  else
    change_file(world, w);
  return true;
}

void forget_hdf5_file() { file.reset(); }

} // namespace io_driver
