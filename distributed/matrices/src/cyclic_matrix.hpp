// A matrix as ScaLAPACK wants it.
#pragma once

#include "blacs_grid.hpp"
#include "scalapack.hpp"

#include <tessera/distributed/expressions/evaluation.hpp>

#include <vector>

namespace tessera::detail {

/// A matrix in square blocks, which are dealt out to the rows and columns of a grid in turn; each
/// rank's elements lie by columns. To us it is the transposed of a global array of cyclic axes.
/// Making one and moving elements is collective; the rest is local.
class cyclic_matrix {
public:
  /// @throws argument_error for sizes that ScaLAPACK cannot count.
  cyclic_matrix(const communicator& comm, const blacs_grid& grid, index_t rows, index_t columns,
                index_t itemsize, int block_length);
  /// In blocks of the length that equations of this size are solved fastest with.
  cyclic_matrix(const communicator& comm, const blacs_grid& grid, index_t rows, index_t columns,
                index_t itemsize)
      : cyclic_matrix(comm, grid, rows, columns, itemsize,
                      rows < 3000 || columns < 3000 ? 32 : 64) {}
  cyclic_matrix(const cyclic_matrix&) = delete;
  cyclic_matrix& operator=(const cyclic_matrix&) = delete;

  /// Takes the elements of a view of the same shape and type.
  void load(const view_ref& from);
  /// Gives the elements of its first rows and columns to a view of theirs.
  void store(const view_ref& to);
  /// The same of a square matrix with rows and columns exchanged: of a view whose rows are adjacent
  /// in memory, as columns are here, no element changes its neighbours.
  void load_turned(const view_ref& from);
  void store_turned(const view_ref& to);

  [[nodiscard]] int rows() const { return of_[2]; }
  [[nodiscard]] int columns() const { return of_[3]; }
  /// The length of the blocks along both axes.
  [[nodiscard]] int block_length() const { return of_[4]; }
  [[nodiscard]] const int* of() const { return of_; }
  template <class T> [[nodiscard]] T* data() { return reinterpret_cast<T*>(block_.data()); }

  /// How many rows and columns this rank has, and which they are.
  [[nodiscard]] index_t own_rows() const { return block_.owned(1).size(); }
  [[nodiscard]] index_t own_columns() const { return block_.owned(0).size(); }
  [[nodiscard]] index_t row(index_t own) const {
    return block_.axes()[1].to_global(block_.part(1), own);
  }
  [[nodiscard]] index_t column(index_t own) const {
    return block_.axes()[0].to_global(block_.part(0), own);
  }
  /// Is this rank in the first column of the grid?
  [[nodiscard]] bool is_in_first_column() const {
    return block_.is_in_grid() && block_.part(0) == 0;
  }
  /// Calls f(element, i, j) with each element that this rank has.
  template <class T, class F> void for_each(F f) {
    T* at = data<T>();
    for (index_t j = 0; j < own_columns(); ++j)
      for (index_t i = 0; i < own_rows(); ++i) f(*at++, row(i), column(j));
  }

private:
  [[nodiscard]] view_ref ref(const index_t* shape);
  [[nodiscard]] view_ref turned();

  index_t shape_[2];
  axis_walk walks_[2];
  axis_walk turned_walks_[2];
  index_t fixed_[max_ndim]{};
  global_block block_;
  descriptor of_{};
};

} // namespace tessera::detail
