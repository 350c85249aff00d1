#include "content.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace info {

namespace {

constexpr std::size_t columns = 11;
using row = std::array<std::string, columns>;
constexpr const char* titles[columns] = {"name",  "dtype", "shape", "grows to", "chunk", "filters",
                                         "bytes", "min",   "max",   "mean",     "nan"};

std::string tuple(const std::vector<index_t>& values) {
  std::string text;
  for (const index_t n : values)
    text += (text.empty() ? "" : ", ") + (n < 0 ? std::string("*") : std::to_string(n));
  return '(' + text + (values.size() == 1 ? ",)" : ")");
}

/// "1.5 MiB"
std::string size_text(index_t bytes) {
  constexpr const char* units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (value /= 1024; value >= 1024 && unit + 1 < std::size(units); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

row row_of(const object& o) {
  row cells;
  cells[0] = o.name;
  cells[1] = o.dtype.empty() ? "" : o.dtype;
  if (!o.dtype.empty()) cells[2] = tuple(o.shape);
  if (!o.max_shape.empty()) cells[3] = tuple(o.max_shape);
  if (!o.chunk.empty()) cells[4] = tuple(o.chunk);
  cells[5] = o.filters;
  if (o.bytes >= 0) cells[6] = std::to_string(o.bytes);
  if (!o.statistics) return cells;
  cells[7] = o.statistics->min;
  cells[8] = o.statistics->max;
  cells[9] = o.statistics->mean;
  if (o.statistics->nan > 0) cells[10] = std::to_string(o.statistics->nan);
  return cells;
}

/// Characters, not bytes.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// Widths of the columns; 0 of those that nothing is in.
std::array<std::size_t, columns> widths_of(const std::vector<object>& objects) {
  std::array<std::size_t, columns> widths{};
  for (const object& o : objects) {
    const row cells = row_of(o);
    for (std::size_t k = 0; k < columns; ++k) widths[k] = std::max(widths[k], width_of(cells[k]));
  }
  for (std::size_t k = 0; k < columns; ++k)
    if (widths[k] > 0) widths[k] = std::max(widths[k], width_of(titles[k]));
  return widths;
}

template <class Row>
std::string line_of(const Row& cells, const std::array<std::size_t, columns>& widths,
                    const std::string& note, const std::string& indent) {
  std::string line = indent;
  for (std::size_t k = 0; k < columns; ++k) {
    if (widths[k] == 0) continue;
    const std::string& cell = cells[k];
    line += cell + std::string(widths[k] - width_of(cell) + 2, ' ');
  }
  line += note;
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

/// What there is to say behind the columns.
std::string remark(const object& o) {
  std::string text = o.note;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  if (!o.value.empty()) add("= " + o.value);
  if (!o.packing.empty()) add("packed: " + o.packing);
  return text;
}

std::string objects_text(const content& c, const std::string& indent) {
  // There may be many of them: their rows are made twice, and not kept.
  const auto widths = widths_of(c.objects);
  std::string text = c.objects.empty() ? "" : line_of(titles, widths, "", indent);
  for (const object& o : c.objects) {
    text += o.dtype.empty() ? indent + o.name + (o.note.empty() ? "" : "  ") + o.note + '\n'
                            : line_of(row_of(o), widths, remark(o), indent);
    for (const attribute& a : o.attributes) text += indent + "  @" + a.name + " = " + a.text + '\n';
  }
  return text;
}

std::string state_of(const content& c) {
  if (is_damaged(c)) return ", damaged";
  return c.verdict.empty() ? "" : ", " + c.verdict;
}

/// Control characters of names and texts could play tricks with a terminal.
std::string printable(std::string text) {
  for (char& c : text)
    if ((static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\x7f') c = '?';
  return text;
}

} // namespace

std::string table(const content& c) {
  std::string text = c.path + ": " + c.kind;
  if (c.bytes >= 0) text += ", " + size_text(c.bytes);
  if (c.parts.empty()) text += state_of(c);
  text += '\n' + objects_text(c, "  ");
  for (const content& part : c.parts) {
    text += "  " + part.path;
    if (part.step >= 0) text += fmt::format(": step {}", part.step);
    if (part.bytes > 0) text += ", " + size_text(part.bytes);
    text += state_of(part) + '\n' + objects_text(part, "    ");
  }
  return printable(text);
}

} // namespace info
