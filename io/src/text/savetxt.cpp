#include "files/from_root.hpp"
#include "files/own_errors.hpp"
#include "files/text_stream.hpp"
#include "text/leaf_text.hpp"
#include "text/row_format.hpp"
#include "types/widened.hpp"
#include "types/with_dtype.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/io/files/byte_segments.hpp>
#include <tessera/io/files/text_progress.hpp>
#include <tessera/io/shared_output_file.hpp>
#include <tessera/io/text/savetxt.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace tessera::detail {

namespace {

/// Elements whose text is formatted before it is written.
constexpr index_t batch = index_t{1} << 16U;
constexpr index_t rows_between_notes = 1024;

char* put(char* to, std::string_view text) { return std::copy(text.begin(), text.end(), to); }

/// Appends the text of rows first <= i < last.
template <class T>
void format_rows(const text_matrix& m, index_t first, index_t last, const row_format& format,
                 byte_segments& text) {
  for (index_t i = first; i < last; ++i) {
    const T* element = static_cast<const T*>(m.data) + i * m.row_stride;
    for (index_t j = 0; j < m.columns; ++j, element += m.column_stride) {
      const row_format::column& column = format.at(j);
      char* const start = reinterpret_cast<char*>(text.room(column.longest()));
      char* const end = column.number.write(put(start, column.before), widened(*element));
      text.added(static_cast<std::size_t>(put(end, column.after) - start));
    }
    text.append(format.line_end());
    if (i % rows_between_notes == 0) note_elements_formatted(rows_between_notes * m.columns);
  }
}

void format_rows(const text_matrix& m, index_t first, index_t last, const row_format& format,
                 byte_segments& text) {
  if (has_leaves(m.type)) return leaf_text(m, format).append(first, last, text);
  with_real_dtype(m.type, [&](auto tag) {
    format_rows<typename decltype(tag)::type>(m, first, last, format, text);
  });
}

/// Header or footer: every line behind the comment sign. Nothing for an empty text.
std::string commented(const std::string& text, const savetxt_options& options) {
  if (text.empty()) return {};
  std::string result = options.comments;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += options.comments;
  }
  return result + options.newline;
}

/// Writes pieces one behind the other from `offset` on; returns where they end.
template <class File>
index_t write_all(const File& file, index_t offset, const byte_segments& text) {
  text.for_each([&](const std::byte* data, index_t bytes) {
    file.write_at(offset, data, bytes);
    offset += bytes;
  });
  return offset;
}

} // namespace

namespace {

/// Calls `write(text)` for the file's text, piece by piece.
template <class Write>
void format_file(const text_matrix& rows, const savetxt_options& options, Write&& write) {
  const row_format format(options, columns_of(rows));
  byte_segments text;
  text.append(commented(options.header, options));
  const index_t step = std::max<index_t>(1, batch / std::max<index_t>(1, rows.columns));
  for (index_t first = 0; first < rows.rows; first += step) {
    format_rows(rows, first, std::min(first + step, rows.rows), format, text);
    write(text);
    text.clear();
  }
  text.append(commented(options.footer, options));
  write(text);
}

/// One rank's part of the file's text.
byte_segments format_part(const communicator& comm, const text_matrix& rows,
                          const savetxt_options& options, const row_format& format) {
  byte_segments mine;
  if (comm.rank() == 0) mine.append(commented(options.header, options));
  format_rows(rows, 0, rows.rows, format, mine);
  if (comm.rank() + 1 == comm.size()) mine.append(commented(options.footer, options));
  return mine;
}

} // namespace

namespace {

void write_alone(const std::string& path, const text_matrix& rows, const savetxt_options& options) {
  if (text_stream::leads_to_one(path)) {
    const text_stream stream(path);
    return format_file(rows, options, [&](const byte_segments& text) { stream.write(text); });
  }
  static_cast<void>(row_format(options, columns_of(rows))); // before there is a file
  output_file file = output_file::create(path);
  index_t offset = 0;
  format_file(rows, options,
              [&](const byte_segments& text) { offset = write_all(file, offset, text); });
  file.commit();
}

} // namespace

void write_text(const std::string& path, const text_matrix& rows, const savetxt_options& options) {
  with_own_errors([&] { write_alone(path, rows, options); });
}

void write_text(const communicator& comm, const std::string& path, const text_matrix& rows,
                const savetxt_options& options) {
  agree(comm, "a text file that is written",
        "'" + path + "' of " + std::to_string(rows.columns) + " columns");
  const row_format format(options, columns_of(rows));
  const bool is_stream =
      text_from_root(comm, [&] { return text_stream::leads_to_one(path) ? "y" : ""; }) == "y";
  std::optional<shared_output_file> file;
  if (!is_stream) file.emplace(comm, path);
  const byte_segments text =
      collectively(comm, [&] { return format_part(comm, rows, options, format); });
  if (!file) return write_to_stream(comm, path, text);
  const index_t offset = exclusive_scan(comm, text.size());
  collectively(comm, [&] { write_all(*file, offset, text); });
  file->commit();
}

} // namespace tessera::detail
