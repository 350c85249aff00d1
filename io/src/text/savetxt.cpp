#include "files/from_root.hpp"
#include "files/own_errors.hpp"
#include "files/text_stream.hpp"
#include "text/formatted_text.hpp"
#include "text/leaf_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/io/shared_output_file.hpp>
#include <tessera/io/text/savetxt.hpp>

#include <fmt/core.h>

#include <algorithm>
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

/// Formats of complex numbers, as NumPy has them: one for all is that of each part, in " (%s+%sj)";
/// otherwise they speak of both parts of each.
savetxt_options for_parts(const savetxt_options& options, const text_matrix& rows) {
  const std::vector<std::string>& texts = options.fmt.texts();
  savetxt_options of_parts = options;
  if (rows.type.kind != 'c' || texts.empty()) return of_parts;
  const bool is_one = texts.size() == 1 && std::count(texts[0].begin(), texts[0].end(), '%') == 1;
  if (texts.size() == 1 && !is_one) return of_parts;
  if (!is_one && static_cast<index_t>(texts.size()) != rows.columns)
    throw argument_error(
        fmt::format("savetxt: there are {} formats for {} columns", texts.size(), rows.columns));
  std::string between;
  for (const char c : options.delimiter) between += std::string(c == '%' ? 2 : 1, c);
  std::string all;
  for (index_t k = 0; k < rows.columns; ++k) {
    const std::string& text = texts[is_one ? 0 : static_cast<std::size_t>(k)];
    if (k > 0) all += between;
    all += is_one ? fmt::format(" ({0}+{0}j)", text) : text;
  }
  of_parts.fmt = rows.columns > 0 ? text_list(all) : options.fmt;
  return of_parts;
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
  with_own_errors(
      [&] { write_alone(path, rows, row_format(for_parts(options, rows), columns_of(rows))); });
}

void write_text(const communicator& comm, const std::string& path, const text_matrix& rows,
                const savetxt_options& options) {
  TESSERA_PROFILE("savetxt");
  agree(comm, "a text file that is written", fmt::format("'{}' of {} columns", path, rows.columns));
  const row_format format(for_parts(options, rows), columns_of(rows));
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
