/// @file
/// Arrays to text files.
#pragma once

#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/io/parts/local_array.hpp>
#include <tessera/io/parts/row_blocks.hpp>
#include <tessera/io/text/text_list.hpp>
#include <tessera/io/types/dtype.hpp>

#include <string>

namespace tessera {

/// Options of savetxt, with the meaning they have for numpy.savetxt:
/// `savetxt("out.csv", a, {.fmt = "%.6g", .delimiter = ",", .header = "x,y"})`.
struct savetxt_options {
  /// Conversions in the manner of printf: flags out of `-+ 0`, a width, a precision, and one of
  /// e E f F g G, or d i s without precision (s: as Python prints the number), with any text around
  /// it, in which %% stands for %. One for all columns; or one for each, as several texts or in
  /// one, where the delimiter then plays no part: `{"%d", "%.3f"}`, `"%d: %.3f"`.
  text_list fmt = "%.18e";
  /// Between two numbers.
  std::string delimiter = " ";
  /// At the end of every line.
  std::string newline = "\n";
  /// Text before the first row, behind `comments`; may have several lines.
  std::string header = {};
  /// The same behind the last row.
  std::string footer = {};
  /// Before every line of header and footer.
  std::string comments = "# ";
};

namespace detail {

/// Rows and columns in memory; strides count elements.
struct text_matrix {
  const void* data;
  dtype type;
  index_t rows;
  index_t columns;
  index_t row_stride;
  index_t column_stride;
};

/// A one-dimensional array is one column, or one for each member of structs.
template <class T> text_matrix matrix_of(const view<const T, 1>& v) {
  return {v.data(), text_dtype_of<T>(), v.shape(0), 1, v.strides()[0], 0};
}
template <class T> text_matrix matrix_of(const view<const T, 2>& v) {
  return {v.data(), text_dtype_of<T>(), v.shape(0), v.shape(1), v.strides()[0], v.strides()[1]};
}

void write_text(const std::string& path, const text_matrix& rows, const savetxt_options& options);
/// The rows of all ranks, one rank's behind the other's. Collective.
void write_text(const communicator& comm, const std::string& path, const text_matrix& rows,
                const savetxt_options& options);

} // namespace detail

/// Writes an array of one or two dimensions, or an expression of that kind, to a text file: one
/// line per row. The bytes are those of numpy.savetxt with the same options. Of structs
/// (<tessera/core/members.hpp>), every number and every text among the members, also in structs and
/// arrays inside, is a column, a complex number two of them. Arrays of complex numbers
/// (<tessera/core/complex.hpp>) are written as NumPy's, " (1+2j)" with one format for both parts,
/// or with formats of two conversions each. Texts (`fixed_string`) are written by
/// %s, and as they are where one format for numbers is that of all columns. Local.
///
/// The file appears when it is complete; until then an older one of that name stays. "-" is the
/// standard output, as is "/dev/stdout". What is there and is no file to be replaced, a named pipe
/// or a device such as /dev/null, takes the text as it comes, of a global array through rank 0.
///
///     savetxt("out.txt", a);
///     savetxt("column.txt", a(all, 3), {.fmt = "%.6g"});
///
/// @throws file_error when it cannot be written, argument_error for a format that is none, or that
/// cannot write a value (nan by %d).
template <local_operand A>
void savetxt(const std::string& path, const A& array, const savetxt_options& options = {}) {
  static_assert(A::ndim == 1 || A::ndim == 2, "a text file holds rows and columns");
  const auto& elements = detail::readable(array);
  detail::write_text(path, detail::matrix_of(detail::readable(elements)), options);
}

/// Writes a global array to one text file. Every rank formats and writes its part; the bytes do not
/// depend on the number of ranks. Takes the memory of the text. Collective; errors on all ranks.
///
///     savetxt("out.txt", u);
template <class T, std::size_t N>
void savetxt(const std::string& path, const global_array<T, N>& array,
             const savetxt_options& options = {}) {
  static_assert(N == 1 || N == 2, "a text file holds rows and columns");
  if (has_row_blocks(array.distribution()))
    return detail::write_text(array.comm(), path, detail::matrix_of(array.owned()), options);
  const global_array<T, N> rows = to_row_blocks(array);
  detail::write_text(array.comm(), path, detail::matrix_of(rows.owned()), options);
}

/// The same of an expression of global arrays or a slice of one, which is evaluated first: that
/// takes the memory of an array. Collective.
///
///     savetxt("row.txt", 2.0 * u(3, all));
template <global_operand A>
void savetxt(const std::string& path, const A& array, const savetxt_options& options = {}) {
  static_assert(A::ndim == 1 || A::ndim == 2, "a text file holds rows and columns");
  savetxt(path, copy(array), options);
}

} // namespace tessera
