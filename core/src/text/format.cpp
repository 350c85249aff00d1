// The layout of an array's text: brackets, lines, summaries. Follows NumPy's arrayprint.py.
#include "text/element_text.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <iostream>
#include <string>

namespace tessera::detail {

namespace {

std::string_view without_end_spaces(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\n\r\v\f");
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

void check(const print_options& options) {
  const auto expect = [](bool fine, const char* name, index_t value) {
    if (!fine) throw argument_error(fmt::format("print_options.{} cannot be {}", name, value));
  };
  expect(options.precision >= 0 && options.precision <= 400, "precision", options.precision);
  expect(options.threshold >= 0, "threshold", options.threshold);
  expect(options.edgeitems >= 1, "edgeitems", options.edgeitems);
  expect(options.linewidth >= 0, "linewidth", options.linewidth);
}

/// Which elements are printed.
class printed_part {
public:
  printed_part(const printed_array& a, const print_options& options)
      : array(a), edge_(options.edgeitems) {
    index_t size = 1;
    for (std::size_t d = 0; d < a.ndim; ++d) size *= a.shape[d];
    empty = size == 0;
    summarised_ = size > options.threshold;
  }

  /// Is the middle of an axis left out?
  [[nodiscard]] bool has_gap(std::size_t axis) const {
    return summarised_ && edge_ < array.shape[axis] - edge_;
  }
  /// Calls each(subscript), and gap() where subscripts are left out.
  template <class Each, class Gap> void visit(std::size_t axis, Each each, Gap gap) const {
    const index_t n = array.shape[axis];
    for (index_t i = 0; i < n; ++i) {
      if (i == edge_ && has_gap(axis)) {
        gap();
        i = n - edge_;
      }
      each(i);
    }
  }
  [[nodiscard]] const std::byte* step(const std::byte* from, std::size_t axis, index_t i) const {
    return from + i * array.strides[axis] * array.itemsize;
  }
  void collect(const std::byte* from, std::size_t axis, printed_elements& to) const {
    if (axis == array.ndim) return to.push_back(from);
    visit(
        axis, [&](index_t i) { collect(step(from, axis, i), axis + 1, to); }, [] {});
  }

  const printed_array& array;
  bool empty;

private:
  index_t edge_;
  bool summarised_;
};

class array_writer {
public:
  array_writer(const printed_part& part, const element_writer& element, std::string_view separator)
      : part_(part), element_(element), separator_(separator),
        line_separator_(without_end_spaces(separator)) {}

  /// The text of what lies at `from` along the axes from `axis` on, behind `indent` characters,
  /// in lines of `width`.
  [[nodiscard]] std::string write(const std::byte* from, std::size_t axis, std::size_t indent,
                                  index_t width) const {
    const bool row = axis + 1 == part_.array.ndim;
    return "[" + (row ? write_row(from, indent, width) : write_rows(from, axis, indent, width)) +
           "]";
  }

private:
  [[nodiscard]] std::string write_row(const std::byte* from, std::size_t indent,
                                      index_t width) const {
    const std::size_t axis = part_.array.ndim - 1;
    const auto behind =
        static_cast<index_t>(line_separator_.size() > 1 ? line_separator_.size() : 1);
    std::string text;
    std::string line(indent, ' ');
    const auto add = [&](const std::string& word) {
      const auto length = static_cast<index_t>(line.size() + word.size());
      if (length > width - behind && line.size() > indent) {
        (text += without_end_spaces(line)) += '\n';
        line.assign(indent, ' ');
      }
      line += word;
    };
    part_.visit(
        axis,
        [&](index_t i) {
          add(element_(part_.step(from, axis, i)));
          if (i + 1 < part_.array.shape[axis]) line += separator_;
        },
        [&] {
          add("...");
          line += separator_;
        });
    return (text + line).substr(indent);
  }

  [[nodiscard]] std::string write_rows(const std::byte* from, std::size_t axis, std::size_t indent,
                                       index_t width) const {
    const std::string line_end =
        line_separator_ + std::string(part_.array.ndim - axis - 1, '\n') + std::string(indent, ' ');
    std::string text;
    part_.visit(
        axis,
        [&](index_t i) {
          text += write(part_.step(from, axis, i), axis + 1, indent + 1, width - 1);
          if (i + 1 < part_.array.shape[axis]) text += line_end;
        },
        [&] { (text += "...") += line_end; });
    return text;
  }

  const printed_part& part_;
  const element_writer& element_;
  std::string separator_;
  std::string line_separator_;
};

std::string written(const printed_part& part, const element_writer& element,
                    const print_options& options) {
  return array_writer(part, element, {options.separator.data, options.separator.size})
      .write(part.array.data, 0, 1, options.linewidth);
}

} // namespace

std::string format_array(const printed_array& a, const print_options& options) {
  check(options);
  const printed_part part(a, options);
  if (part.empty) return "[]";
  printed_elements elements;
  part.collect(a.data, 0, elements);
  return written(part, *aligned_writer(a, elements, options), options);
}

std::string format_array(const printed_array& a, text_ref spec, const print_options& options) {
  check(options);
  const auto element = spec_writer(a, {spec.data, spec.size});
  const printed_part part(a, options);
  return part.empty ? "[]" : written(part, *element, options);
}

void write_text(std::ostream& out, const std::string& text) { out << text; }

void print_line(const std::string& text) { std::cout << text << '\n'; }

} // namespace tessera::detail
