#include "../support/progress.hpp"
#include "formats.hpp"
#include "source.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/files/text_progress.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/text/stored_rows.hpp>

namespace savetxt_app {

using namespace tessera;

namespace {

detail::stored_rows rows_of(const communicator& world, const source& from) {
  switch (from.kind) {
  case apps::file_kind::npy: return detail::read_npy_rows(world, from.path);
  case apps::file_kind::npz: return detail::read_npz_rows(world, from.path, from.name);
  default: return detail::read_hdf5_rows(world, from.path, from.name);
  }
}

void write(const communicator& world, const std::string& to, const detail::text_matrix& rows,
           const wishes& w) {
  savetxt_options options = w.options;
  options.fmt =
      row_formats(detail::text_leaves_of(rows.type), rows.columns, w.formats, options.delimiter);
  const apps::watched_progress bar(rows.rows * rows.columns, world.rank() == 0, "element",
                                   detail::elements_formatted);
  detail::write_text(world, to, rows, options);
}

} // namespace

void write_rows(const communicator& world, const source& from, const std::string& to,
                const wishes& w) {
  const detail::stored_rows rows = rows_of(world, from);
  write(world, to, rows.matrix(), w);
}

void write_texts(const communicator& world, const source& from, const std::string& to,
                 const wishes& w) {
  const std::vector<std::string> texts = hdf5_file::open(world, from.path).read_text(from.name);
  const index_t columns = from.shape.size() < 2 ? 1 : from.shape[1];
  const index_t rows = from.shape.empty() ? 1 : from.shape[0];
  const detail::dtype type{'T', sizeof(std::string)};
  write(world, to, {texts.data(), type, world.rank() == 0 ? rows : 0, columns, columns, 1}, w);
}

} // namespace savetxt_app
