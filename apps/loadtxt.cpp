// Text to HDF5 or npy, all ranks parsing their part.
#include "support/command_line.hpp"
#include "support/conversion.hpp"
#include "support/element_type.hpp"
#include "support/file_kind.hpp"

#include <tessera/tessera.hpp>

#include <string>
#include <vector>

using namespace tessera;

namespace {

struct request {
  std::string dataset = "data";
  std::string dtype = "float64";
  std::vector<std::string> comments = {"#"};
  std::vector<std::string> missing;
  std::string quote;
  double filling = 0;
  loadtxt_options options;
};

void add_options(apps::command_line& line, request& r) {
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

/// Options in the library's terms.
void complete(request& r, const apps::command_line& line) {
  r.options.comments = text_list(r.comments);
  r.options.missing_values = text_list(r.missing);
  if (r.quote.size() > 1)
    throw usage_error("--quotechar takes one character, not '" + r.quote + "'");
  if (!r.quote.empty()) r.options.quotechar = r.quote[0];
  if (line.given("--filling")) r.options.filling_values = r.filling;
}

template <class T>
void convert(const communicator& world, const apps::conversion& run, const request& r) {
  const apps::file_kind kind = apps::kind_of(run.output);
  run.check_output(world);
  const auto rows = loadtxt<T>(world, run.input, r.options);
  if (kind == apps::file_kind::npy) {
    save_npy(run.output, rows);
  } else {
    hdf5_file file = hdf5_file::create(world, run.output);
    file.write(r.dataset, rows);
    file.commit();
  }
  run.report(world, r.dtype, {rows.shape()[0], rows.shape()[1]});
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    request r;
    apps::command_line line("tessera-loadtxt", "Converts a text file of numbers to HDF5 or npy.",
                            "Examples:\n  tessera-loadtxt field.txt field.npy\n"
                            "  mpirun -n 2 tessera-loadtxt field.csv field.h5 --delimiter , "
                            "--skiprows 1 --usecols 0,2\n"
                            "  zcat log.gz | tessera-loadtxt - log.npy");
    apps::conversion conversion(line);
    line.required("input", conversion.input,
                  "Text file, one row of numbers per line; may be a gzip file; - for stdin");
    line.required("output", conversion.output, "File to write: .h5, .hdf5 or .npy");
    add_options(line, r);
    if (!line.parse(argc, argv, world)) return;
    complete(r, line);
    apps::with_element_type(
        r.dtype, [&]<class T>(std::type_identity<T>) { convert<T>(world, conversion, r); });
  });
}
