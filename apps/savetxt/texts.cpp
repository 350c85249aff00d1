#include "source.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/output_file.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npy_header.hpp>

#include <cstdio>

namespace savetxt_app {

using namespace tessera;

namespace {

/// All texts of an npy file of strings of bytes, the last axis fastest.
std::vector<std::string> npy_texts(const source& from) {
  const npy_header header = read_npy_header(from.path);
  const input_file file(from.path);
  const index_t width = npy_itemsize(header);
  const index_t rows = header.shape.empty() ? 1 : header.shape[0];
  const index_t columns = header.shape.size() < 2 ? 1 : header.shape[1];
  std::vector<std::string> texts;
  for (index_t k = 0; k < rows * columns; ++k) {
    const index_t at = header.fortran_order ? k % columns * rows + k / columns : k;
    std::string text(static_cast<std::size_t>(width), '\0');
    file.read_at(header.data_offset + at * width, text.data(), width);
    text.resize(text.find_last_not_of('\0') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string lines_of(const std::string& text, const savetxt_options& options) {
  if (text.empty()) return {};
  std::string lines = options.comments;
  for (const char c : text)
    lines += c == '\n' ? options.newline + options.comments : std::string(1, c);
  return lines + options.newline;
}

std::string joined(const std::vector<std::string>& texts, index_t columns,
                   const savetxt_options& options) {
  std::string all = lines_of(options.header, options);
  for (std::size_t k = 0; k < texts.size(); ++k) {
    const bool ends_row = (k + 1) % static_cast<std::size_t>(columns) == 0;
    all += texts[k] + (ends_row ? options.newline : options.delimiter);
  }
  return all + lines_of(options.footer, options);
}

void write(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  output_file file = output_file::create(path);
  file.write_at(0, text.data(), static_cast<index_t>(text.size()));
  file.commit();
}

} // namespace

bool holds_text(const source& from) {
  const std::string& type = from.type;
  return type == "string" || (type.size() > 1 && type[0] == 'S' &&
                              type.find_first_not_of("0123456789", 1) == type.npos);
}

void write_texts(const communicator& world, const source& from, const std::string& to,
                 const savetxt_options& options) {
  if (from.shape.size() > 2)
    throw shape_error("'" + from.path + "' holds an array of " + std::to_string(from.shape.size()) +
                      " axes; text has rows and columns, so 1 or 2 can be saved");
  if (from.kind == apps::file_kind::npz)
    throw element_type_error("'" + from.path +
                             "' holds texts, which are read from npy and HDF5 only");
  std::vector<std::string> texts;
  if (from.kind == apps::file_kind::hdf5)
    texts = hdf5_file::open(world, from.path).read_text(from.name);
  collectively(world, [&] {
    if (world.rank() != 0) return;
    if (from.kind == apps::file_kind::npy) texts = npy_texts(from);
    write(to, joined(texts, from.shape.size() < 2 ? 1 : from.shape[1], options));
  });
}

} // namespace savetxt_app
