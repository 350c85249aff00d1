// HDF5 or npy to text, all ranks formatting their part.
#include "support/command_line.hpp"
#include "support/file_kind.hpp"

#include <tessera/tessera.hpp>

#include <string>

using namespace tessera;

namespace {

struct request {
  std::string input;
  std::string output;
  std::string dataset;
  std::string fmt = "%.18e";
  savetxt_options options;
};

/// Numbers of one type and number of axes, from the file's binary form to text.
template <class T, std::size_t N>
void convert(const communicator& world, const request& r, const std::vector<index_t>& sizes) {
  if (apps::kind_of(r.input) == apps::file_kind::npy)
    return savetxt(r.output, load_npy<T, N>(world, r.input), r.options);
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = sizes[d];
  global_array<T, N> array(grid_along<N>(world, 0), shape);
  hdf5_file::open(world, r.input).read(r.dataset, array);
  savetxt(r.output, array, r.options);
}

template <class T>
void convert(const communicator& world, const request& r, const std::vector<index_t>& sizes) {
  if (sizes.size() == 1) return convert<T, 1>(world, r, sizes);
  if (sizes.size() == 2) return convert<T, 2>(world, r, sizes);
  throw shape_error("'" + r.input + "' holds an array of " + std::to_string(sizes.size()) +
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

content content_of(const communicator& world, request& r) {
  if (apps::kind_of(r.input) == apps::file_kind::npy) {
    const npy_header header = collectively(world, [&] { return read_npy_header(r.input); });
    return {type_name(header.descr), header.shape};
  }
  hdf5_file file = hdf5_file::open(world, r.input);
  const std::vector<std::string> names = file.datasets();
  if (r.dataset.empty()) {
    std::string list;
    for (const std::string& name : names) list += " " + name;
    if (names.size() != 1)
      throw usage_error("'" + r.input + "' holds " + std::to_string(names.size()) +
                        " datasets; choose one with --dataset:" + list);
    r.dataset = names[0];
  }
  return {file.dtype(r.dataset), file.shape(r.dataset)};
}

void convert(const communicator& world, request r) {
  const content found = content_of(world, r);
  const auto is = [&](const char* name) { return found.type == name; };
  if (is("float64")) return convert<double>(world, r, found.shape);
  if (is("float32")) return convert<float>(world, r, found.shape);
  if (is("int64")) return convert<std::int64_t>(world, r, found.shape);
  if (is("int32")) return convert<std::int32_t>(world, r, found.shape);
  if (is("int16")) return convert<std::int16_t>(world, r, found.shape);
  if (is("int8")) return convert<std::int8_t>(world, r, found.shape);
  if (is("uint64")) return convert<std::uint64_t>(world, r, found.shape);
  if (is("uint32")) return convert<std::uint32_t>(world, r, found.shape);
  if (is("uint16")) return convert<std::uint16_t>(world, r, found.shape);
  if (is("uint8")) return convert<std::uint8_t>(world, r, found.shape);
  throw file_error("'" + r.input + "' holds elements of type " + found.type +
                   ", which cannot be saved as text");
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    request r;
    apps::command_line line("tessera-savetxt", "Converts an HDF5 dataset or an npy file to text.",
                            "Examples:\n  tessera-savetxt field.npy field.txt\n"
                            "  mpirun -n 2 tessera-savetxt heat.h5 heat.csv "
                            "--dataset temperature --delimiter , --fmt %.6g");
    line.required("input", r.input, "File to read: .h5, .hdf5 or .npy");
    line.required("output", r.output, "Text file to write");
    line.option("--dataset", r.dataset, "Dataset of an HDF5 input (default: the only one)");
    line.option("--delimiter", r.options.delimiter, "Text between numbers");
    line.option("--comments", r.options.comments, "What begins a comment");
    line.option("--fmt", r.fmt, "Format of a number, as for printf");
    if (!line.parse(argc, argv, world)) return;
    r.options.fmt = r.fmt;
    convert(world, r);
  });
}
