#include "arrays.hpp"
#include "commands.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/io/zarr.hpp>

#include <optional>
#include <string>

using namespace tessera;

namespace io_driver {

namespace {

std::optional<zarr_store> store; // that is being written

zarr_layout zarr_layout_of(const words& w) {
  zarr_layout layout{.chunk = numbers(w[4]), .shard = numbers(w[5]), .codec = w[6]};
  layout.level = std::stoi(w[7]);
  layout.crc32c = w[8] == "1";
  if (!w[9].empty()) layout.fill_value = std::stod(w[9]);
  return layout;
}

// write|append NAME NPY MODE CHUNK SHARD CODEC LEVEL CRC32C FILL
template <class T, std::size_t N> void write_zarr_ndim(const communicator& world, const words& w) {
  with_array<T, N>(world, w[3], w[2], [&](const auto& array) {
    if (w[0] == "zwrite")
      store->write(w[1], array, zarr_layout_of(w));
    else
      store->append(w[1], array, zarr_layout_of(w));
  });
}

template <class T> void write_zarr_type(const communicator& world, const words& w) {
  switch (read_npy_header(w[2]).shape.size()) {
  case 1: return write_zarr_ndim<T, 1>(world, w);
  case 2: return write_zarr_ndim<T, 2>(world, w);
  default: return write_zarr_ndim<T, 3>(world, w);
  }
}

// read STORE NAME NPY MODE TYPE NDIM
template <class T, std::size_t N> void read_zarr_ndim(const communicator& world, const words& w) {
  zarr_store saved = zarr_store::open(world, w[1]);
  if (w[4] == "local") {
    const auto all_of_it = saved.read<T, N>(w[2]);
    if (world.rank() == 0) save_npy(w[3], all_of_it);
    return;
  }
  global_array<T, N> u(w[4] == "rows" ? grid_along<N>(world, 0) : process_grid<N>(world),
                       saved.shape_of<T, N>(w[2]));
  saved.read(w[2], u);
  save_npy(w[3], u);
}

template <class T> void read_zarr_type(const communicator& world, const words& w) {
  if (w[6] == "0") {
    zarr_store saved = zarr_store::open(world, w[1]);
    const T value = saved.read<T>(w[2]);
    if (world.rank() == 0) save_npy(w[3], ndarray<T, 1>(shape_t<1>{1}, value));
    return;
  }
  if (w[6] == "1") return read_zarr_ndim<T, 1>(world, w);
  if (w[6] == "2") return read_zarr_ndim<T, 2>(world, w);
  read_zarr_ndim<T, 3>(world, w);
}

// readpart STORE NAME NPY MODE SUBSCRIPTS: of three axes of float64
void read_zarr_part(const communicator& world, const words& w) {
  zarr_store saved = zarr_store::open(world, w[1]);
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

// create STORE, commit, group NAME, number NAME VALUE, attribute OBJECT NAME TEXT
void change_store(const communicator& world, const words& w) {
  if (w[0] == "zcreate") store.emplace(zarr_store::create(world, w[1]));
  if (w[0] == "zcommit") store->commit();
  if (w[0] == "zgroup") store->create_group(w[1]);
  if (w[0] == "znumber") store->append(w[1], std::stod(w[2]));
  if (w[0] == "zattribute") store->set_attribute(w[1], w[2], w[3]);
  if (w[0] == "zdescribe") store->describe(w[1], {.units = w[2], .dimensions = split(w[3], ',')});
  // To be opened, and all of it read.
  if (w[0] == "zscan") {
    zarr_store saved = zarr_store::open(world, w[1]);
    for (const std::string& name : saved.arrays()) saved.scan(name, [](const void*, index_t) {});
  }
}

#define ZARR_TYPES(f)                                                                              \
  {"b1", f<bool>}, {"i1", f<std::int8_t>}, {"i2", f<std::int16_t>}, {"i4", f<std::int32_t>},       \
      {"i8", f<std::int64_t>}, {"u1", f<std::uint8_t>}, {"u2", f<std::uint16_t>},                  \
      {"u4", f<std::uint32_t>}, {"u8", f<std::uint64_t>}, {"f4", f<float>}, {"f8", f<double>},     \
      {"c8", f<std::complex<float>>}, {                                                            \
    "c16", f<std::complex<double>>                                                                 \
  }

const table write_zarr_types = {ZARR_TYPES(write_zarr_type)};
const table read_zarr_types = {ZARR_TYPES(read_zarr_type)};

} // namespace

bool run_zarr_command(const communicator& world, const words& w) {
  if (!w[0].starts_with('z')) return false;
  if (w[0] == "zwrite" || w[0] == "zappend")
    write_zarr_types.at(read_npy_header(w[2]).descr.substr(1))(world, w);
  else if (w[0] == "zread")
    read_zarr_types.at(w[5])(world, w);
  else if (w[0] == "zreadpart")
    read_zarr_part(world, w);
  else
    change_store(world, w);
  return true;
}

void forget_zarr_store() { store.reset(); }

} // namespace io_driver
