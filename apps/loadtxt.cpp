// Text to HDF5 or npy, all ranks parsing their part.
#include "support/command_line.hpp"
#include "support/file_kind.hpp"

#include <tessera/tessera.hpp>

#include <string>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    std::string input;
    std::string output;
    std::string dataset = "data";
    std::string comments = "#";
    loadtxt_options options;
    apps::command_line line("tessera-loadtxt", "Converts a text file of numbers to HDF5 or npy.",
                            "Examples:\n  tessera-loadtxt field.txt field.npy\n"
                            "  mpirun -n 2 tessera-loadtxt field.csv field.h5 --delimiter ,");
    line.required("input", input, "Text file, one row of numbers per line");
    line.required("output", output, "File to write: .h5, .hdf5 or .npy");
    line.option("--dataset", dataset, "Dataset of an HDF5 output");
    line.option("--delimiter", options.delimiter,
                "Character between numbers (default: any blanks)");
    line.option("--comments", comments, "What begins a comment");
    if (!line.parse(argc, argv, world)) return;

    options.comments = comments;
    const apps::file_kind kind = apps::kind_of(output);
    const auto rows = loadtxt<double>(world, input, options);
    if (kind == apps::file_kind::npy) {
      save_npy(output, rows);
    } else {
      hdf5_file file = hdf5_file::create(world, output);
      file.write(dataset, rows);
      file.commit();
    }
  });
}
