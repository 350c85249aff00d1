// A matrix in LAPACK's order, columns one after another.
#pragma once

#include "algebra/lapack.hpp"
#include "algebra/stack_walk.hpp"

#include <tessera/core/complex.hpp>

#include <string>

namespace tessera::detail {

template <class T> class lapack_matrix {
public:
  lapack_matrix(index_t rows, index_t columns)
      : elements_(shape_t<2>{columns, rows}), rows_(blas_size(rows)), columns_(blas_size(columns)) {
  }
  /// A copy, with room for at least so many rows.
  explicit lapack_matrix(const matrix<const T>& from, index_t rows = 0)
      : lapack_matrix(rows > from.rows ? rows : from.rows, from.columns) {
    top(from.rows) = from.elements();
  }

  [[nodiscard]] T* data() { return elements_.data(); }
  [[nodiscard]] blas_int rows() const { return rows_; }
  [[nodiscard]] blas_int columns() const { return columns_; }
  /// The distance between columns: at least one.
  [[nodiscard]] blas_int leading() const { return rows_ > 0 ? rows_ : 1; }
  [[nodiscard]] T& operator()(index_t i, index_t j) { return elements_(j, i); }

  /// The first rows, as a matrix.
  [[nodiscard]] view<T, 2> top(index_t rows) { return {data(), {rows, columns_}, {1, rows_}}; }
  /// Writes the first rows to contiguous memory, and returns its end.
  T* store(T* to, index_t rows) {
    const view<T, 2> target(to, {rows, columns_});
    target = top(rows);
    return to + target.size();
  }
  T* store(T* to) { return store(to, rows_); }

private:
  ndarray<T, 2> elements_;
  blas_int rows_;
  blas_int columns_;
};

inline blas_int smaller_of(blas_int a, blas_int b) { return a < b ? a : b; }

/// Calls `f` with each matrix of a stack, and its number for messages.
template <class T, class F> void for_each_matrix(const matrix_stack<const T>& s, F f) {
  prepare_blas();
  stack_walk<1> walk(s.shape, s.ndim - 2);
  walk.add(s);
  matrix<const T> m = first_matrix(s);
  for (index_t number = 0; walk.more(); walk.advance(), ++number) {
    m.data = walk.at(0, s.data);
    f(m, number);
  }
}

/// " (matrix 3 of the stack)", or nothing where there is no stack.
std::string place_in_stack(std::size_t ndim, index_t number);

/// @throws argument_error when an element is infinite or NaN, where LAPACK may not return.
template <class T> void require_finite(const char* name, const matrix<const T>& m);

} // namespace tessera::detail
