/// @file
/// Sparse matrices from Matrix Market files.
///
/// Its parts lie in matrix_market.cpp.
#pragma once

#include <tessera/core/complex.hpp>
#include <tessera/distributed/sparse/sparse_matrix.hpp>
#include <tessera/io/text/loadtxt.hpp>

#include <string>
#include <type_traits>
#include <vector>

namespace tessera {

namespace detail {

/// What a Matrix Market file says of itself.
struct matrix_market_head {
  char field;    ///< r: real or integer, c: complex, p: a pattern without values
  char symmetry; ///< g: none, s: symmetric, k: skew-symmetric, h: Hermitian
  index_t shape[2];
  index_t entries; ///< lines behind it
  index_t lines;   ///< of it
};

/// Reads it on rank 0, for all. Collective.
/// @throws file_error, parse_error naming the line, on all ranks.
matrix_market_head read_matrix_market_head(const communicator& comm, const std::string& path);
/// Numbers of a row of the file.
index_t columns_of(const matrix_market_head& head);
/// @throws parse_error unless the file holds what its head says.
void check_matrix_market(const std::string& path, const matrix_market_head& head, index_t rows,
                         index_t columns);
/// The subscripts in a row of the file, from 0.
/// @throws parse_error naming the entry.
sparse_place place_of_entry(const std::string& path, const matrix_market_head& head, index_t number,
                            double row, double column);

/// The element in a row of numbers, and where the file is symmetric, the one that mirrors it.
template <class T>
void add_matrix_market_entry(std::vector<sparse_entry<T>>& to, const matrix_market_head& head,
                             const sparse_place& at, const double* values) {
  T value(1);
  if constexpr (is_complex<T>) {
    using real = typename T::value_type;
    if (head.field == 'c') value = T(static_cast<real>(values[0]), static_cast<real>(values[1]));
    if (head.field == 'r') value = T(static_cast<real>(values[0]));
  } else {
    if (head.field == 'r') value = static_cast<T>(values[0]);
  }
  to.push_back({at.row, at.column, value});
  if (head.symmetry == 'g' || at.row == at.column) return;
  T mirrored = head.symmetry == 'k' ? -value : value;
  if constexpr (is_complex<T>)
    if (head.symmetry == 'h') mirrored = T(value.real(), -value.imag());
  to.push_back({at.column, at.row, mirrored});
}

/// @throws element_type_error for complex numbers in a matrix of real ones.
void refuse_complex(const std::string& path);

} // namespace detail

/// Reads a sparse matrix from a Matrix Market file
/// (https://math.nist.gov/MatrixMarket/formats.html): `coordinate`, of real, integer or complex
/// numbers, or a pattern, whose elements are 1; general, symmetric, skew-symmetric or Hermitian, of
/// which the other half is made. Every rank parses its part of the file. Entries of one place are
/// added in the order of the file, so that the matrix has the same bits on any number of ranks.
/// Numbers are rounded to double, then to T. Collective.
/// @throws file_error when the file cannot be read, parse_error naming the line or entry,
/// element_type_error for complex numbers in a matrix of real ones, memory_error; on all ranks.
///
///     const auto a = read_matrix_market<double>(process_grid<1>(world), "bcsstk01.mtx");
template <class T>
sparse_matrix<T> read_matrix_market(const process_grid<1>& grid, const std::string& path) {
  const communicator& comm = grid.comm();
  const detail::matrix_market_head head = detail::read_matrix_market_head(comm, path);
  if (head.field == 'c' && !detail::is_complex<T>) detail::refuse_complex(path);
  std::vector<sparse_entry<T>> entries;
  if (head.entries > 0) {
    const auto table = loadtxt<double>(comm, path, {.comments = "%", .skiprows = head.lines});
    detail::check_matrix_market(path, head, table.shape()[0], table.shape()[1]);
    collectively(comm, [&] {
      const view<const double, 2> own = table.owned();
      for (index_t i = 0; i < own.shape(0); ++i) {
        const double* const row = own.data() + i * own.strides()[0];
        const detail::sparse_place at =
            detail::place_of_entry(path, head, table.block().lower[0] + i, row[0], row[1]);
        detail::add_matrix_market_entry(entries, head, at, row + 2);
      }
    });
  }
  return {grid, {head.shape[0], head.shape[1]}, entries};
}

} // namespace tessera
