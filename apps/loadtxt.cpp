// Text to HDF5 or npy, all ranks parsing their part.
#include "support/command_line.hpp"
#include "support/conversion.hpp"
#include "support/element_type.hpp"
#include "support/file_kind.hpp"
#include "support/progress.hpp"

#include <tessera/io/files/text_progress.hpp>
#include <tessera/tessera.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

using namespace tessera;

namespace {

struct conversion_request {
  std::string dataset = "data";
  std::string dtype = "float64";
  std::vector<std::string> comments = {"#"};
  std::vector<std::string> missing;
  std::string quote;
  double filling = 0;
  loadtxt_options options;
  std::vector<std::string> chunk;
  index_t deflate = 0;
  hdf5_layout layout; // what these two and --shuffle, --fletcher32 ask for
};

void add_options(apps::command_line& line, conversion_request& r) {
  line.option("--dataset", r.dataset, "Dataset of an HDF5 output");
  line.choice("--dtype", r.dtype, {std::begin(apps::element_types), std::end(apps::element_types)},
              "Type of the elements");
  line.option("--delimiter", r.options.delimiter,
              "Character between numbers (default: any blanks)");
  line.option("--comments", r.comments, "What begins a comment; several between commas");
  line.option("--skiprows", r.options.skiprows, "Lines to pass over at the start");
  line.option("--max-rows", r.options.max_rows, "Rows to read at most (-1: all)");
  line.option("--usecols", r.options.usecols,
              "Columns to read, from 0, between commas; -1 is the last one");
  line.option("--quotechar", r.quote, "Character around fields that hold delimiters");
  line.option("--missing", r.missing, "Fields that stand for no value, between commas");
  line.option("--filling", r.filling, "Value where there is none, also for empty fields");
  line.flag("--unpack", r.options.unpack, "Columns become rows");
}

void add_layout(apps::command_line& line, conversion_request& r) {
  line.option("--chunk", r.chunk, "HDF5 chunks: rows,columns of each; or auto, about 1 MiB");
  line.option("--deflate", r.deflate, "Compress HDF5 chunks: 1 (fast) to 9 (small); 0: not at all");
  line.flag("--shuffle", r.layout.shuffle, "Sort the bytes of numbers, which then compress better");
  line.flag("--fletcher32", r.layout.fletcher32, "Give every HDF5 chunk a checksum");
}

/// The library sees to the size of chunks where there are filters; otherwise it needs one.
void choose_chunk(conversion_request& r, const shape_t<2>& shape, index_t itemsize) {
  constexpr index_t chunk_bytes = index_t{1} << 20U;
  if (r.chunk.empty() || r.chunk[0] != "auto") return;
  const index_t columns = std::clamp<index_t>(chunk_bytes / itemsize, 1, shape[1]);
  r.layout.chunk = {std::clamp<index_t>(chunk_bytes / itemsize / columns, 1, shape[0]), columns};
}

void complete_layout(conversion_request& r, const apps::command_line& line, bool is_hdf5) {
  for (const char* name : {"--chunk", "--deflate", "--shuffle", "--fletcher32"})
    if (line.given(name) && !is_hdf5)
      throw usage_error(std::string(name) + " is for HDF5 files; the output is none");
  if (r.deflate < 0 || r.deflate > 9)
    throw usage_error(fmt::format("--deflate is {}; it is 0 to 9", r.deflate));
  r.layout.deflate = static_cast<int>(r.deflate);
  if (r.chunk.empty() || (r.chunk.size() == 1 && r.chunk[0] == "auto")) return;
  for (const std::string& word : r.chunk) {
    index_t n = 0;
    const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), n);
    if (code != std::errc() || end != word.data() + word.size() || n < 1)
      throw usage_error(
          fmt::format("--chunk has '{}'; it is 'auto', or rows,columns above zero", word));
    r.layout.chunk.push_back(n);
  }
  if (r.layout.chunk.size() != 2)
    throw usage_error(fmt::format("--chunk has {} numbers; it is 'auto', or rows,columns",
                                  r.layout.chunk.size()));
}

/// Options in the library's terms.
void complete(conversion_request& r, const apps::command_line& line) {
  r.options.comments = text_list(r.comments);
  r.options.missing_values = text_list(r.missing);
  if (r.quote.size() > 1)
    throw usage_error(fmt::format("--quotechar takes one character, not '{}'", r.quote));
  if (!r.quote.empty()) r.options.quotechar = r.quote[0];
  if (line.given("--filling")) r.options.filling_values = r.filling;
  try {
    detail::check(r.options);
  } catch (const argument_error& wrong) {
    throw usage_error(wrong.what());
  }
}

/// Reads the text, and shows how far it is. What is not a file of text has no known length.
template <class T>
global_array<T, 2> read_rows(const communicator& world, const apps::conversion& run,
                             const conversion_request& r) {
  const apps::watched_progress bar(apps::size_of(run.input) / world.size(), world.rank() == 0,
                                   "byte", detail::bytes_read);
  return loadtxt<T>(world, run.input, r.options);
}

template <class T>
void convert(const communicator& world, const apps::conversion& run, conversion_request& r) {
  const apps::file_kind kind = apps::kind_of_output(run.output);
  run.check_output(world);
  const auto rows = read_rows<T>(world, run, r);
  if (kind == apps::file_kind::npy) {
    save_npy(run.output, rows);
  } else {
    choose_chunk(r, rows.shape(), sizeof(T));
    hdf5_file file = hdf5_file::create(world, run.output);
    file.write(r.dataset, rows, r.layout);
    file.commit();
  }
  run.report(world, r.dtype, {rows.shape()[0], rows.shape()[1]});
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    conversion_request r;
    apps::command_line line(
        "tessera-loadtxt", "Converts a text file of numbers to HDF5 or npy.",
        "Examples:\n  tessera-loadtxt field.txt field.npy\n"
        "  mpirun -n 2 tessera-loadtxt field.csv field.h5 --delimiter , "
        "--skiprows 1 --usecols 0,2\n"
        "  tessera-loadtxt big.txt big.h5 --chunk 1000,10 --deflate 4 --shuffle\n"
        "  zcat log.gz | tessera-loadtxt - log.npy\n\n"
        "Exit codes: 0 all right, 1 bad data or files, 2 bad command line.");
    apps::conversion conversion(line);
    line.required("input", conversion.input,
                  "Text file, one row of numbers per line; may be packed by gzip, bzip2, xz or "
                  "zstd; - for stdin");
    line.required("output", conversion.output,
                  "File to write: .h5, .hdf5, .hdf, .nc (HDF5) or .npy");
    add_options(line, r);
    add_layout(line, r);
    line.add_profile();
    if (!line.parse(argc, argv, world)) return;
    complete(r, line);
    complete_layout(r, line, apps::kind_of_output(conversion.output) == apps::file_kind::hdf5);
    apps::with_element_type(
        r.dtype, [&]<class T>(std::type_identity<T>) { convert<T>(world, conversion, r); });
  });
}
