#include <tessera/distributed/sparse/sparse_rows.hpp>

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

void check_place(const communicator& comm, index_t number, const sparse_place& place,
                 const shape_t<2>& shape) {
  if (place.row < 0 || place.row >= shape[0] || place.column < 0 || place.column >= shape[1])
    throw index_error(fmt::format("entry {} of rank {} is at ({}, {}), outside a matrix of shape "
                                  "({}, {})",
                                  number, comm.rank(), place.row, place.column, shape[0],
                                  shape[1]));
}

namespace {

/// Columns that others have, each once.
std::vector<index_t> columns_elsewhere(const std::vector<index_t>& columns, const interval& own) {
  std::vector<index_t> result;
  for (const index_t j : columns)
    if (j < own.lower || j >= own.upper) result.push_back(j);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

} // namespace

void find_rows(sparse_rows& rows, const std::vector<sparse_place>& places, index_t first_row,
               index_t row_count, const interval& own) {
  rows.starts.assign(static_cast<std::size_t>(row_count) + 1, 0);
  for (const sparse_place& p : places) {
    ++rows.starts[static_cast<std::size_t>(p.row - first_row) + 1];
    rows.columns.push_back(p.column);
  }
  for (std::size_t i = 1; i < rows.starts.size(); ++i) rows.starts[i] += rows.starts[i - 1];
  rows.fetched = columns_elsewhere(rows.columns, own);
  for (const index_t j : rows.columns) {
    const bool is_own = j >= own.lower && j < own.upper;
    const auto found = std::lower_bound(rows.fetched.begin(), rows.fetched.end(), j);
    rows.places.push_back(is_own ? j - own.lower : own.size() + (found - rows.fetched.begin()));
  }
  for (index_t i = 0; i < row_count; ++i) {
    const auto first = rows.places.begin() + rows.starts[static_cast<std::size_t>(i)];
    const auto last = rows.places.begin() + rows.starts[static_cast<std::size_t>(i) + 1];
    const bool is_inner = std::all_of(first, last, [&](index_t p) { return p < own.size(); });
    (is_inner ? rows.inner_rows : rows.outer_rows).push_back(i);
  }
}

void check_factor(const shape_t<2>& matrix, index_t n, const char* what, index_t expected) {
  if (n != expected)
    throw shape_error(
        fmt::format("a sparse matrix of shape ({}, {}) and a vector of {} elements as "
                    "its {}; it takes {}",
                    matrix[0], matrix[1], n, what, expected));
}

} // namespace tessera::detail
