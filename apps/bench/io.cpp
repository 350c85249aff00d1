#include "io.hpp"

#include "hand/hand_io.hpp"
#include "measure.hpp"
#include "peers/file_peers.hpp"

#include <tessera/io.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

constexpr index_t columns = 10;

/// A folder that ends with its scope. Collective.
class scratch_folder {
public:
  scratch_folder(const communicator& world, const std::string& inside)
      : world_(world), path_(inside + "/tessera-bench-io") {
    collectively(world_, [&] {
      if (world_.rank() == 0 && !std::filesystem::create_directory(path_))
        throw file_error("'" + path_ + "' exists; remove it first");
    });
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  ~scratch_folder() {
    std::error_code ignored;
    if (world_.rank() == 0) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
  communicator world_;
  std::string path_;
};

/// A way to write a file that does not exist, with nothing left to be written by the system, which
/// would slow it down.
candidate writes(const communicator& world, const std::string& name, const std::string& path,
                 const std::function<void()>& run) {
  candidate way{name, nullptr};
  way.run_elsewhere = [world, path, run](int) {
    if (world.rank() == 0) {
      std::filesystem::remove_all(path);
      ::sync();
    }
    world.barrier();
    const double start = MPI_Wtime();
    run();
    double seconds = MPI_Wtime() - start;
    MPI_Allreduce(MPI_IN_PLACE, &seconds, 1, MPI_DOUBLE, MPI_MAX, world.native());
    return seconds;
  };
  return way;
}

/// The first way is the one the others are compared with.
void measure(const communicator& world, const std::string& title, double bytes,
             const std::vector<candidate>& ways, long repetitions) {
  const auto seconds = median_seconds(world.native(), ways, repetitions);
  if (world.rank() != 0) return;
  std::printf("%s\n%-22s %10s %10s %10s\n", title.c_str(), "", "s", "GB/s", "speed");
  for (std::size_t k = 0; k < ways.size(); ++k)
    std::printf("%-22s %10.3f %10.3f %10.3f\n", ways[k].name.c_str(), seconds[k],
                bytes / seconds[k] * 1e-9, seconds[0] / seconds[k]);
  std::printf("\n");
  std::fflush(stdout);
}

void check(const communicator& world, bool right, const std::string& what) {
  if (allreduce_min(world, right ? 1 : 0) == 0)
    throw error(error_kind::other, what + " gives other elements");
}

void measure_text(const communicator& world, const scratch_folder& folder, const io_options& o) {
  const std::string path = folder / "table.txt";
  const std::string source = folder / "table.npy";
  global_array<double, 2> table(grid_along<2>(world, 0), {o.rows, columns});
  generator(1).normal(0.0, 1.0, table);
  save_npy(source, table);
  savetxt(path, table);
  const auto bytes = static_cast<double>(std::filesystem::file_size(path));
  const double* const mine = std::as_const(table).owned().data();
  const long rows = table.owned().shape()[0];

  file_peers peers(world, false);
  std::vector<double> by_hand;
  global_array<double, 2> loaded = loadtxt<double>(world, path);
  check(world, max(abs(loaded - table)) == 0, "loadtxt");
  std::vector<candidate> reading{
      {"mmap and from_chars", [&] { by_hand = parse_by_hand(world, path); }},
      {"Tessera", [&] { loaded = loadtxt<double>(world, path); }}};
  peers.add(reading, "numpy", "numpy", {"numpy_loadtxt", path});
  peers.add(reading, "pandas", "pandas", {"pandas_read", path});
  measure(world, "loadtxt, " + std::to_string(o.rows) + " x 10", bytes, reading, o.repetitions);

  const std::string other = folder / "other.txt";
  std::vector<candidate> writing{
      writes(world, "to_chars", other, [&] { format_by_hand(world, other, mine, rows); }),
      writes(world, "Tessera", other, [&] { savetxt(other, table); })};
  peers.add(writing, "numpy", "numpy", {"numpy_savetxt", source, other});
  measure(world, "savetxt, %.18e", bytes, writing, o.repetitions);
}

/// An array over rows or columns, and the bytes of this rank in a file of it.
struct array_case {
  global_array<double, 2> u;
  file_pieces pieces;
  std::string by;
};

array_case make_array(const communicator& world, long mebibytes, bool by_rows) {
  index_t n = 1;
  while (n * n * 8 < mebibytes << 20U) n *= 2;
  const index_t rows = (mebibytes << 20U) / 8 / n;
  array_case c{
      {grid_along<2>(world, by_rows ? 0 : 1), {rows, n}}, {}, by_rows ? "rows" : "columns"};
  c.u.fill(
      [](index_t i, index_t j) { return static_cast<double>(i) + 1e-6 * static_cast<double>(j); });
  const auto block = c.u.block();
  const index_t width = block.shape()[1] * 8;
  c.pieces = by_rows ? file_pieces{block.lower[0] * n * 8, block.shape()[0] * n * 8, 0, 1}
                     : file_pieces{block.lower[1] * 8, width, n * 8, rows};
  return c;
}

void measure_arrays(const communicator& world, const scratch_folder& folder, const io_options& o,
                    file_peers& peers, bool by_rows) {
  array_case c = make_array(world, o.mebibytes, by_rows);
  const double bytes = static_cast<double>(c.u.size()) * 8;
  const std::string bare = folder / "bare.bin";
  const std::string npy = folder / "u.npy";
  const std::string hdf5 = folder / "u.h5";
  const std::string h5py = folder / "peer.h5";
  const std::string shape[2] = {std::to_string(c.u.shape()[0]), std::to_string(c.u.shape()[1])};
  auto* const data = reinterpret_cast<std::byte*>(c.u.owned().data());
  const std::string title = std::to_string(o.mebibytes) + " MiB of doubles by " + c.by;

  std::vector<candidate> writing{
      writes(world, "pwrite", bare, [&] { write_by_hand(world, bare, data, c.pieces); }),
      writes(world, "Tessera, HDF5", hdf5,
             [&] {
               hdf5_file file = hdf5_file::create(world, hdf5);
               file.write("u", c.u);
               file.commit();
             }),
      writes(world, "Tessera, npy", npy, [&] { save_npy(npy, c.u); })};
  peers.add(writing, "h5py", "h5py", {"h5py_write", h5py, shape[0], shape[1], c.by});
  measure(world, "write, " + title, bytes, writing, o.repetitions);

  global_array<double, 2> v(c.u.grid(), c.u.distribution());
  auto* const read = reinterpret_cast<std::byte*>(v.owned().data());
  std::vector<candidate> reading{
      {"pread", [&] { read_by_hand(bare, read, c.pieces); }},
      {"Tessera, HDF5", [&] { hdf5_file::open(world, hdf5).read("u", v); }},
      {"Tessera, npy", [&] { v = load_npy<double>(c.u.grid(), npy); }}};
  peers.add(reading, "h5py", "h5py", {"h5py_read", h5py, shape[0], shape[1], c.by});
  measure(world, "read, " + title, bytes, reading, o.repetitions);
  check(world, max(abs(v - c.u)) == 0, "reading");
}

void measure_checkpoint(const communicator& world, const scratch_folder& folder,
                        const io_options& o) {
  array_case c = make_array(world, o.mebibytes, true);
  const double bytes = static_cast<double>(c.u.size()) * 8;
  const auto* const data = reinterpret_cast<const std::byte*>(c.u.owned().data());
  const std::string run = folder / "run";
  index_t step = 0;
  const std::string bare = folder / "bare.bin";
  const std::vector<candidate> ways{writes(world, "pwrite and fsync", bare,
                                           [&] {
                                             write_by_hand(world, bare, data, c.pieces, true);
                                             world.barrier();
                                           }),
                                    writes(world, "Tessera, checkpoint", run, [&] {
                                      checkpoint(run, {.keep = 1}).save(++step, {{"u", c.u}});
                                    })};
  measure(world, "checkpoint, " + std::to_string(o.mebibytes) + " MiB", bytes, ways, o.repetitions);
  measure_behind(world, folder / "behind", c.u, o.repetitions);
  measure_tiles(world, folder / "tiles", c.u, o.repetitions);
}

} // namespace

void run_io(const communicator& world, const io_options& o) {
  const auto wanted = [&](const char* name) { return o.only.empty() || o.only == name; };
  if (o.rows < 1 || o.mebibytes < 1) throw usage_error("--rows and --mib must be 1 or more");
  const scratch_folder folder(world, o.folder);
  if (world.rank() == 0)
    std::printf("Files in %s, %d ranks; speed against the first line\n\n", o.folder.c_str(),
                world.size());
  if (wanted("text")) measure_text(world, folder, o);
  if (wanted("arrays")) {
    file_peers peers(world, true);
    for (const bool by_rows : {true, false}) measure_arrays(world, folder, o, peers, by_rows);
  }
  if (wanted("checkpoint")) measure_checkpoint(world, folder, o);
}

} // namespace bench
