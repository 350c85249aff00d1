#include "text/formatted_text.hpp"
#include "text/leaf_text.hpp"
#include "types/widened.hpp"
#include "types/with_dtype.hpp"

#include <tessera/io/files/text_progress.hpp>

#include <algorithm>
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

} // namespace

void format_file(const text_matrix& rows, const row_format& format,
                 const std::function<void(const byte_segments& text)>& write) {
  byte_segments text;
  text.append(format.header());
  const index_t step = std::max<index_t>(1, batch / std::max<index_t>(1, rows.columns));
  for (index_t first = 0; first < rows.rows; first += step) {
    format_rows(rows, first, std::min(first + step, rows.rows), format, text);
    write(text);
    text.clear();
  }
  text.append(format.footer());
  write(text);
}

byte_segments format_part(const communicator& comm, const text_matrix& rows,
                          const row_format& format) {
  byte_segments mine;
  if (comm.rank() == 0) mine.append(format.header());
  format_rows(rows, 0, rows.rows, format, mine);
  if (comm.rank() + 1 == comm.size()) mine.append(format.footer());
  return mine;
}

} // namespace tessera::detail
