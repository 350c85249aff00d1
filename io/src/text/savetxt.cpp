#include "files/from_root.hpp"
#include "files/own_errors.hpp"
#include "files/text_stream.hpp"
#include "text/formatted_text.hpp"
#include "text/leaf_text.hpp"

#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/io/shared_output_file.hpp>
#include <tessera/io/text/savetxt.hpp>

#include <fmt/core.h>

#include <optional>
#include <string>

namespace tessera::detail {

namespace {

/// Writes pieces one behind the other from `offset` on; returns where they end.
template <class File>
index_t write_all(const File& file, index_t offset, const byte_segments& text) {
  text.for_each([&](const std::byte* data, index_t bytes) {
    file.write_at(offset, data, bytes);
    offset += bytes;
  });
  return offset;
}

void write_alone(const std::string& path, const text_matrix& rows, const row_format& format) {
  if (text_stream::leads_to_one(path)) {
    const text_stream stream(path);
    return format_file(rows, format, [&](const byte_segments& text) { stream.write(text); });
  }
  output_file file = output_file::create(path);
  index_t offset = 0;
  format_file(rows, format,
              [&](const byte_segments& text) { offset = write_all(file, offset, text); });
  file.commit();
}

} // namespace

void write_text(const std::string& path, const text_matrix& rows, const savetxt_options& options) {
  with_own_errors([&] { write_alone(path, rows, row_format(options, columns_of(rows))); });
}

void write_text(const communicator& comm, const std::string& path, const text_matrix& rows,
                const savetxt_options& options) {
  TESSERA_PROFILE("savetxt");
  agree(comm, "a text file that is written", fmt::format("'{}' of {} columns", path, rows.columns));
  const row_format format(options, columns_of(rows));
  const bool is_stream =
      text_from_root(comm, [&] { return text_stream::leads_to_one(path) ? "y" : ""; }) == "y";
  std::optional<shared_output_file> file;
  if (!is_stream) file.emplace(comm, path);
  const byte_segments text = collectively(comm, [&] { return format_part(comm, rows, format); });
  if (!file) return write_to_stream(comm, path, text);
  const index_t offset = exclusive_scan(comm, text.size());
  collectively(comm, [&] { write_all(*file, offset, text); });
  file->commit();
}

} // namespace tessera::detail
