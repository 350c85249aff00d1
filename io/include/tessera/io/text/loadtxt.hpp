/// @file
/// Arrays from text files.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/io/files/byte_segments.hpp>
#include <tessera/io/files/file_memory.hpp>
#include <tessera/io/parts/row_blocks.hpp>
#include <tessera/io/text/loadtxt_options.hpp>
#include <tessera/io/types/dtype.hpp>

#include <concepts>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

/// The rows that one rank parsed, and how many all of them did.
struct text_rows {
  byte_segments values;
  index_t columns = 0;             ///< elements of a row
  std::vector<index_t> boundaries; ///< rows before each rank's, and in total
  [[nodiscard]] index_t total() const { return boundaries.back(); }
};

/// All rows, on this process.
text_rows read_text(const std::string& path, const loadtxt_options& options, dtype type);
/// Each rank's part of the rows. Collective.
text_rows read_text(const communicator& comm, const std::string& path,
                    const loadtxt_options& options, dtype type);

/// The shape of the array: all rows and columns, or their number where one of them is one.
void shape_of_text(const text_rows& rows, const std::string& path, shape_t<1>& shape);
void shape_of_text(const text_rows& rows, const std::string& path, shape_t<2>& shape);

/// The rows where they were parsed, as an array.
template <class T, std::size_t N>
global_array<T, N> parsed_array(const communicator& comm, const text_rows& rows,
                                const shape_t<N>& shape) {
  const process_grid<N> grid = grid_along<N>(comm, 0);
  std::array<std::vector<index_t>, N> boundaries;
  boundaries[0] = rows.boundaries;
  if constexpr (N == 1)
    for (index_t& b : boundaries[0]) b *= rows.columns;
  else
    boundaries[1] = {0, shape[1]};
  global_array<T, N> parsed(grid, distribution<N>::explicit_boundaries(boundaries));
  rows.values.copy_to(reinterpret_cast<std::byte*>(parsed.owned().data()));
  return parsed;
}

} // namespace detail

/// Reads a text file with one row of numbers per line, like numpy.loadtxt with `ndmin=2`; with
/// N = 1, a file of one column or one row.
///
/// Elements are also complex numbers ("1+2j", "(1+2j)", "2j"; include <tessera/core/complex.hpp>),
/// texts (`fixed_string`), fixed arrays, and structs whose members are named
/// (<tessera/core/members.hpp>), as savetxt writes them: a column for each number and text among
/// the members, two for a complex number there. A row has one such element, or several side by
/// side. Options speak of columns of the file; converters and filling values are for numbers.
///
/// Blank lines, comments behind numbers, blanks at the end of a line, CRLF line ends and a missing
/// last line end are all right. Numbers are what NumPy takes: decimal, with an optional sign and
/// exponent, or nan, inf, infinity in any case. They are rounded to the nearest T; those too large
/// are infinite. For integers, they must be integers in the range of T; for bool, zero is false.
/// Lines of up to 1 GiB. The text is UTF-8, or anything else in which numbers look as in ASCII;
/// UTF-16 and UTF-32 begin with a byte order mark. Blanks are those of Python's str.isspace, such
/// as the no-break space. What gzip, bzip2, xz or zstd made is unpacked while it is read; "-" is
/// the standard input. No more is read than `max_rows` asks for, and no more memory is used than
/// the rows take. Local.
///
///     const ndarray<double, 2> a = loadtxt<double>("in.txt");
///     const auto b = loadtxt<double>("in.csv", {.delimiter = ",", .usecols = {0, 2}});
///     const auto c = loadtxt<double>("in.csv", {.missing_values = "NA", .filling_values = 0.0});
///
/// @throws file_error when the file cannot be read. parse_error naming the line and, for a field
/// that is no number, the column, both from 1; also when there are no rows, where NumPy warns and
/// returns an empty array. memory_error naming the file. argument_error for
/// options that make no sense. shape_error with N = 1 for a file of rows and columns.
template <class T, std::size_t N = 2>
ndarray<T, N> loadtxt(const std::string& path, const loadtxt_options& options = {}) {
  static_assert(N == 1 || N == 2, "a text file holds rows and columns");
  const detail::text_rows rows = detail::read_text(path, options, detail::text_dtype_of<T>());
  shape_t<N> shape;
  detail::shape_of_text(rows, path, shape);
  auto result = detail::with_memory_for(path, [&] { return ndarray<T, N>(shape); });
  rows.values.copy_to(reinterpret_cast<std::byte*>(result.data()));
  if constexpr (N == 2)
    if (options.unpack) return result.view().transpose().copy();
  return result;
}

/// Reads a text file into an array over the ranks of `grid`, in equal blocks. Every rank parses its
/// part of the bytes; then the rows are redistributed. Compressed files, UTF-16 and the standard
/// input are parsed by rank 0 alone, which takes the memory of all rows. The array has the halo
/// that is asked for. The result, and the errors, are those of the local `loadtxt`, on all ranks.
/// Collective.
///
///     const auto u = loadtxt<double>(process_grid<2>(world), "in.txt", {}, halo<2>(1));
template <class T, std::size_t N>
global_array<T, N> loadtxt(const process_grid<N>& grid, const std::string& path,
                           const loadtxt_options& options = {}, const halo<N>& width = {}) {
  static_assert(N == 1 || N == 2, "a text file holds rows and columns");
  const detail::text_rows rows =
      detail::read_text(grid.comm(), path, options, detail::text_dtype_of<T>());
  shape_t<N> shape;
  detail::shape_of_text(rows, path, shape);
  if constexpr (N == 2) {
    if (options.unpack) {
      global_array<T, 2> columns(grid, {shape[1], shape[0]}, width);
      columns.view() = detail::parsed_array<T>(grid.comm(), rows, shape).transpose();
      return columns;
    }
  }
  global_array<T, N> result(grid, shape, width);
  if (grid.comm().size() == 1 && result.owned().is_contiguous())
    rows.values.copy_to(reinterpret_cast<std::byte*>(result.owned().data()));
  else
    redistribute(detail::parsed_array<T>(grid.comm(), rows, shape), result);
  return result;
}

/// The same with whole rows on every rank. Collective.
///
///     const auto u = loadtxt<double>(world, "in.txt");
template <class T, std::size_t N = 2>
global_array<T, N> loadtxt(const communicator& comm, const std::string& path,
                           const loadtxt_options& options = {}, const halo<N>& width = {}) {
  return loadtxt<T, N>(grid_along<N>(comm, 0), path, options, width);
}

/// The same with a halo and no options. Collective.
///
///     const auto u = loadtxt<double>(world, "in.txt", halo<2>(1));
template <class T, std::size_t N, std::same_as<halo<N>> H>
global_array<T, N> loadtxt(const process_grid<N>& grid, const std::string& path, const H& width) {
  return loadtxt<T, N>(grid, path, loadtxt_options(), width);
}
/// The same with whole rows on every rank. Collective.
template <class T, std::size_t N>
global_array<T, N> loadtxt(const communicator& comm, const std::string& path,
                           const halo<N>& width) {
  return loadtxt<T, N>(comm, path, loadtxt_options(), width);
}

} // namespace tessera
