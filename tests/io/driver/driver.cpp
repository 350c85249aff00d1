/// @file
/// Runs loadtxt, savetxt, load_npy, save_npy, npz_file, save_npz and what hdf5_file and zarr_store
/// can on behalf of a Python script.
///
///     driver COMMANDS RESULTS
///
/// COMMANDS holds one command per record (ended by byte 30), its words ended by byte 31. Of every
/// command, RESULTS gets a line: "ok", or the message of the error.

#include "commands.hpp"
#include "npz_copy.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/text.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace tessera;
using namespace io_driver;

std::vector<std::string> io_driver::split(const std::string& text, char end) {
  std::vector<std::string> parts;
  std::size_t first = 0;
  for (std::size_t at = text.find(end); at != text.npos; at = text.find(end, first)) {
    parts.push_back(text.substr(first, at - first));
    first = at + 1;
  }
  return parts;
}

namespace {

/// Saves an array that was loaded, as it was loaded: locally by rank 0, or by all.
template <class T, std::size_t N>
void loadtxt_command(const communicator& world, const words& w, const loadtxt_options& options) {
  if (w[1] == "local") {
    const auto array = loadtxt<T, N>(w[2], options);
    if (world.rank() == 0) save_npy(w[3], array);
  } else if (w[1] == "rows") {
    save_npy(w[3], loadtxt<T, N>(world, w[2], options));
  } else {
    save_npy(w[3], loadtxt<T>(process_grid<N>(world), w[2], options, halo<N>(1)));
  }
}

template <class T> void loadtxt_type(const communicator& world, const words& w) {
  loadtxt_options options{.comments = text_list(split(w[6], ',')),
                          .delimiter = w[7],
                          .skiprows = std::stol(w[8]),
                          .max_rows = std::stol(w[10]),
                          .unpack = w[11] == "1",
                          .missing_values = text_list(split(w[13], ','))};
  for (const std::string& column : split(w[9], ',')) options.usecols.push_back(std::stol(column));
  if (!w[12].empty()) options.quotechar = w[12][0];
  if (!w[14].empty()) options.filling_values = std::stod(w[14]);
  if (w[5] == "1")
    loadtxt_command<T, 1>(world, w, options);
  else
    loadtxt_command<T, 2>(world, w, options);
}

template <class T, std::size_t N> void savetxt_ndim(const communicator& world, const words& w) {
  const savetxt_options options{text_list(split(w[4], '\n')), w[5], w[6], w[7], w[8], w[9]};
  if (w[1] == "local") {
    if (world.rank() == 0) savetxt(w[3], load_npy<T, N>(w[2]), options);
  } else if (w[1] == "rows") {
    savetxt(w[3], load_npy<T, N>(world, w[2]), options);
  } else {
    savetxt(w[3], load_npy<T>(process_grid<N>(world), w[2], halo<N>(2)), options);
  }
}

template <class T> void savetxt_type(const communicator& world, const words& w) {
  if (read_npy_header(w[2]).shape.size() == 1)
    savetxt_ndim<T, 1>(world, w);
  else
    savetxt_ndim<T, 2>(world, w);
}

template <class T, std::size_t N> void copy_ndim(const communicator& world, const words& w) {
  if (w[1] == "local") {
    if (world.rank() == 0) save_npy(w[3], load_npy<T, N>(w[2]));
  } else if (w[1] == "rows") {
    save_npy(w[3], load_npy<T, N>(world, w[2]));
  } else {
    save_npy(w[3], load_npy<T>(process_grid<N>(world), w[2], halo<N>(1)));
  }
}

template <class T> void copy_type(const communicator& world, const words& w) {
  switch (read_npy_header(w[2]).shape.size()) {
  case 1: return copy_ndim<T, 1>(world, w);
  case 2: return copy_ndim<T, 2>(world, w);
  case 3: return copy_ndim<T, 3>(world, w);
  default: return copy_ndim<T, 4>(world, w);
  }
}

#define REAL_TYPES(f)                                                                              \
  {"b1", f<bool>}, {"i1", f<std::int8_t>}, {"i2", f<std::int16_t>}, {"i4", f<std::int32_t>},       \
      {"i8", f<std::int64_t>}, {"u1", f<std::uint8_t>}, {"u2", f<std::uint16_t>},                  \
      {"u4", f<std::uint32_t>}, {"u8", f<std::uint64_t>}, {"f4", f<float>}, {                      \
    "f8", f<double>                                                                                \
  }

const table load_types = {REAL_TYPES(loadtxt_type),
                          {"c8", loadtxt_type<std::complex<float>>},
                          {"c16", loadtxt_type<std::complex<double>>}};
const table save_types = {REAL_TYPES(savetxt_type),
                          {"c8", savetxt_type<std::complex<float>>},
                          {"c16", savetxt_type<std::complex<double>>}};
const table copy_types = {REAL_TYPES(copy_type),
                          {"c8", copy_type<std::complex<float>>},
                          {"c16", copy_type<std::complex<double>>},
                          {"S1", copy_type<char>},
                          {"S7", copy_type<fixed_string<7>>}};

/// The type of a file, or double for the library to complain about.
command by_file(const table& types, const std::string& path) {
  const auto found = types.find(read_npy_header(path).descr.substr(1));
  return found != types.end() ? found->second : types.at("f8");
}

void run_command(const communicator& world, const words& w) {
  if (run_hdf5_command(world, w) || run_zarr_command(world, w)) return;
  if (w[0] == "loadtxt") return load_types.at(w[4])(world, w);
  if (w[0] == "savetxt") return by_file(save_types, w[2])(world, w);
  if (w[0] == "npz") return copy_npz(w[1], w[2], w[3] == "compressed");
  by_file(copy_types, w[2])(world, w);
}

std::string result_of(const communicator& world, const words& w) {
  try {
    run_command(world, w);
    return "ok";
  } catch (const error& failure) {
    return failure.what();
  }
}

} // namespace

int main(int argc, char** argv) {
  return tessera::run(argc, argv, [&](communicator& world) {
    if (argc != 3) throw usage_error("driver COMMANDS RESULTS");
    std::ifstream file(argv[1], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::string results;
    for (const std::string& record : split(text, '\x1e')) {
      results += result_of(world, split(record, '\x1f')) + "\n";
      world.barrier();
    }
    forget_hdf5_file();
    forget_zarr_store();
    if (world.rank() == 0) std::ofstream(argv[2], std::ios::binary) << results;
  });
}
