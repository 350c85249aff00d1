// HDF5, npy or npz to text, all ranks formatting their part.
#include "../support/command_line.hpp"
#include "../support/contained.hpp"
#include "../support/conversion.hpp"
#include "source.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/run.hpp>

#include <fmt/core.h>

#include <string>
#include <vector>

using namespace tessera;

namespace {

struct request {
  std::string dataset;
  std::string newline = "\\n";
  savetxt_app::wishes wishes;
};

void convert(const communicator& world, const apps::conversion& run, request& r) {
  run.check_output(world);
  savetxt_app::source from = savetxt_app::open_source(world, run.input, r.dataset);
  if (from.shape.size() > 2)
    throw shape_error(fmt::format(
        "'{}' holds an array of {} axes; text has rows and columns, so 1 or 2 can be saved",
        from.path, from.shape.size()));
  if (savetxt_app::holds_numbers(from))
    savetxt_app::write_numbers(world, from, run.output, r.wishes);
  else if (from.type == "string")
    savetxt_app::write_texts(world, from, run.output, r.wishes);
  else
    savetxt_app::write_rows(world, from, run.output, r.wishes);
  run.report(world, from.type, from.shape);
}

/// Backslash n and t, as people write them on command lines.
void unescape(std::string& text) {
  for (std::size_t at = 0; (at = text.find('\\', at)) != text.npos && at + 1 < text.size(); ++at) {
    const char c = text[at + 1];
    if (c == 'n' || c == 'r' || c == 't' || c == '\\')
      text.replace(at, 2, 1, c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : '\\');
  }
}

int write(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    request r;
    apps::command_line line(
        "tessera-savetxt",
        "Converts an HDF5 dataset, an npy file or an array of an npz file to text.",
        "In --delimiter, --newline, --header, --footer and --comments, \\n, \\r and \\t stand for\n"
        "the end of a line, a carriage return and a tabulator. Complex numbers are written as\n"
        "NumPy writes them, ' (1.0+2.0j)'; texts as they are, in UTF-8. Of structs, every member "
        "is\n"
        "a column, those of structs and arrays inside one by one; integers among them are written\n"
        "by %d where no format is given, and texts as they are by one format for all.\n\n"
        "Examples:\n  tessera-savetxt field.npy field.txt\n"
        "  tessera-savetxt field.npy - | head\n"
        "  mpirun -n 2 tessera-savetxt heat.h5 heat.csv "
        "--dataset temperature --delimiter , --fmt %.6g\n\n"
        "Exit codes: 0 all right, 1 bad data or files, 2 bad command line.");
    apps::conversion conversion(line);
    line.required("input", conversion.input, "File to read: HDF5, npy or npz, by its content");
    line.required("output", conversion.output, "Text file to write, or a pipe; - for stdout");
    line.option("--dataset", r.dataset,
                "Dataset of an HDF5 or array of an npz input (default: the only one)");
    line.option("--delimiter", r.wishes.options.delimiter, "Text between numbers");
    line.option("--newline", r.newline, "End of a line");
    line.option("--comments", r.wishes.options.comments, "Before each line of header and footer");
    line.option("--header", r.wishes.options.header, "Text before the first row");
    line.option("--footer", r.wishes.options.footer, "Text behind the last row");
    line.option("--fmt", r.wishes.formats,
                "Format of a number, as for printf; or one for each column (default: %.18e)");
    line.add_profile();
    if (!line.parse(argc, argv, world)) return;
    savetxt_options& options = r.wishes.options;
    options.newline = r.newline;
    for (std::string* text : {&options.delimiter, &options.newline, &options.header,
                              &options.footer, &options.comments})
      unescape(*text);
    apps::note_input(conversion.input);
    convert(world, conversion, r);
  });
}

} // namespace

int main(int argc, char** argv) {
  return apps::contained("tessera-savetxt", [&] { return write(argc, argv); });
}
