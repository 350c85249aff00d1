// HDF5 or npy to text, all ranks formatting their part.
#include "support/command_line.hpp"
#include "support/conversion.hpp"
#include "support/element_type.hpp"
#include "support/file_kind.hpp"
#include "support/progress.hpp"

#include <tessera/io/text_work.hpp>
#include <tessera/tessera.hpp>

#include <string>
#include <vector>

using namespace tessera;

namespace {

struct request {
  std::string dataset;
  std::vector<std::string> formats = {"%.18e"};
  std::string newline = "\\n";
  savetxt_options options;
};

/// Writes the text, and shows how far it is.
template <class T, std::size_t N>
void write_rows(const apps::conversion& run, const request& r, const global_array<T, N>& array) {
  const communicator& world = array.comm();
  const apps::watched_progress bar(array.size() / world.size(), world.rank() == 0, "number",
                                   detail::elements_formatted);
  savetxt(run.output, array, r.options);
}

/// Numbers of one type and number of axes, from the file's binary form to text.
template <class T, std::size_t N>
void convert(const communicator& world, const apps::conversion& run, const request& r,
             const std::vector<index_t>& sizes) {
  if (apps::kind_of(run.input) == apps::file_kind::npy)
    return write_rows(run, r, load_npy<T, N>(world, run.input));
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = sizes[d];
  global_array<T, N> array(grid_along<N>(world, 0), shape);
  hdf5_file::open(world, run.input).read(r.dataset, array);
  write_rows(run, r, array);
}

/// A scalar is one row of one number.
template <class T>
void convert_scalar(const communicator& world, const apps::conversion& run, const request& r) {
  global_array<T, 1> array(process_grid<1>(world), {1});
  array = hdf5_file::open(world, run.input).read<T>(r.dataset);
  write_rows(run, r, array);
}

template <class T>
void convert(const communicator& world, const apps::conversion& run, const request& r,
             const std::vector<index_t>& sizes) {
  if (sizes.empty() && apps::kind_of(run.input) != apps::file_kind::npy)
    return convert_scalar<T>(world, run, r);
  if (sizes.size() == 1) return convert<T, 1>(world, run, r, sizes);
  if (sizes.size() == 2) return convert<T, 2>(world, run, r, sizes);
  throw shape_error("'" + run.input + "' holds an array of " + std::to_string(sizes.size()) +
                    " axes; text has rows and columns, so 1 or 2 can be saved");
}

/// What kind of number a file holds, and how many.
struct content {
  std::string type; // NumPy's name
  std::vector<index_t> shape;
};

/// NumPy's name of the type of an npy file: "<f8" is float64.
std::string type_name(const std::string& descr) {
  const std::string kind = descr.substr(1, 1);
  const int bits = 8 * std::atoi(descr.substr(2).c_str());
  if (kind == "b") return "bool";
  return (kind == "f"   ? "float"
          : kind == "i" ? "int"
          : kind == "u" ? "uint"
                        : kind) +
         std::to_string(bits);
}

content content_of(const communicator& world, const apps::conversion& run, request& r) {
  if (apps::kind_of(run.input) == apps::file_kind::npy) {
    const npy_header header = collectively(world, [&] { return read_npy_header(run.input); });
    return {type_name(header.descr), header.shape};
  }
  hdf5_file file = hdf5_file::open(world, run.input);
  const std::vector<std::string> names = file.datasets();
  if (r.dataset.empty()) {
    std::string list;
    for (const std::string& name : names) list += " " + name;
    if (names.size() != 1)
      throw usage_error("'" + run.input + "' holds " + std::to_string(names.size()) +
                        " datasets; choose one with --dataset:" + list);
    r.dataset = names[0];
  }
  return {file.dtype(r.dataset), file.shape(r.dataset)};
}

void convert(const communicator& world, const apps::conversion& run, request& r) {
  run.check_output(world);
  const content found = content_of(world, run, r);
  if (!apps::with_element_type(found.type, [&]<class T>(std::type_identity<T>) {
        convert<T>(world, run, r, found.shape);
      }))
    throw file_error("'" + run.input + "' holds elements of type " + found.type +
                     ", which cannot be saved as text");
  run.report(world, found.type, found.shape);
}

/// Backslash n and t, as people write them on command lines.
void unescape(std::string& text) {
  for (std::size_t at = 0; (at = text.find('\\', at)) != text.npos && at + 1 < text.size(); ++at) {
    const char c = text[at + 1];
    if (c == 'n' || c == 'r' || c == 't' || c == '\\')
      text.replace(at, 2, 1, c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : '\\');
  }
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    request r;
    apps::command_line line(
        "tessera-savetxt", "Converts an HDF5 dataset or an npy file to text.",
        "In --delimiter, --newline, --header, --footer and --comments, \\n, \\r and \\t stand for\n"
        "the end of a line, a carriage return and a tabulator.\n\n"
        "Examples:\n  tessera-savetxt field.npy field.txt\n"
        "  tessera-savetxt field.npy - | head\n"
        "  mpirun -n 2 tessera-savetxt heat.h5 heat.csv "
        "--dataset temperature --delimiter , --fmt %.6g\n\n"
        "Exit codes: 0 all right, 1 bad data or files, 2 bad command line.");
    apps::conversion conversion(line);
    line.required("input", conversion.input, "File to read: .h5, .hdf5 or .npy");
    line.required("output", conversion.output, "Text file to write; - for stdout");
    line.option("--dataset", r.dataset, "Dataset of an HDF5 input (default: the only one)");
    line.option("--delimiter", r.options.delimiter, "Text between numbers");
    line.option("--newline", r.newline, "End of a line");
    line.option("--comments", r.options.comments, "Before each line of header and footer");
    line.option("--header", r.options.header, "Text before the first row");
    line.option("--footer", r.options.footer, "Text behind the last row");
    line.option("--fmt", r.formats, "Format of a number, as for printf; or one for each column");
    if (!line.parse(argc, argv, world)) return;
    r.options.fmt = text_list(r.formats);
    r.options.newline = r.newline;
    for (std::string* text : {&r.options.delimiter, &r.options.newline, &r.options.header,
                              &r.options.footer, &r.options.comments})
      unescape(*text);
    convert(world, conversion, r);
  });
}
