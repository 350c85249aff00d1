/// @file
/// Sparse matrices over ranks, by rows.
#pragma once

#include <tessera/core/types/promotion.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/collective/exchange.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/sparse/sparse_rows.hpp>
#include <tessera/distributed/subscripts/subscript_plan.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace tessera {

/// An element of a sparse matrix, for those who make one.
template <class T> struct sparse_entry {
  index_t row;
  index_t column;
  T value;
};

/// A matrix of which few elements are not zero, over the ranks of a grid: each has the elements of
/// a block of rows, row by row (CSR), columns ascending. Its pattern is found when it is made, and
/// with it which elements of a vector each rank needs of the others. Members that do not say that
/// they are collective are local.
///
///     std::vector<sparse_entry<double>> mine;      // any rank contributes any entry
///     for (index_t i = rank; i < n; i += ranks) mine.push_back({i, i, 2.0});
///     const sparse_matrix<double> a(process_grid<1>(world), {n, n}, mine);
///     auto y = matmul(a, x);
///
/// Making one sends each entry once, to the rank that has its row, and then what subscript_plan
/// sends for the columns that others have. Per element, it takes the value and 16 bytes.
template <class T> class sparse_matrix {
  static_assert(std::is_floating_point_v<T> || detail::is_complex<T>,
                "elements are float, double or complex");

public:
  using value_type = T;

  sparse_matrix() = default;
  /// From entries, which any rank may give, in any order. Those of the same place are added in the
  /// order of ranks and lists, so that the same lists in this order give the same bits on any
  /// number of ranks. Rows, and the elements of vectors that it multiplies, are in equal blocks.
  /// Collective.
  /// @throws index_error naming the first entry outside the shape, memory_error; on all ranks.
  sparse_matrix(const process_grid<1>& grid, const shape_t<2>& shape,
                const std::vector<sparse_entry<T>>& entries)
      : grid_(grid), shape_(shape), row_rule_(shape[0], grid.size()),
        column_rule_(shape[1], grid.size()) {
    collectively(comm(), [&] {
      index_t number = 0;
      for (const sparse_entry<T>& e : entries)
        detail::check_place(comm(), number++, {e.row, e.column}, shape);
    });
    take(arrived(entries));
    count_ = allreduce_sum(comm(), static_cast<std::int64_t>(values_.size()));
    plan_ = subscript_plan<1>(grid_, along(column_rule_), fetched_columns());
    fetched_ = ndarray<T, 1>(shape_t<1>{plan_.size()});
  }

  [[nodiscard]] const communicator& comm() const { return grid_.comm(); }
  [[nodiscard]] const process_grid<1>& grid() const { return grid_; }
  [[nodiscard]] const shape_t<2>& shape() const { return shape_; }
  /// How many elements it has on all ranks together; explicit zeros count.
  [[nodiscard]] index_t nonzeros() const { return count_; }
  /// Who has which rows, and which elements of what it gives.
  [[nodiscard]] const axis_distribution& rows() const { return row_rule_; }
  /// Who has which elements of what it multiplies, so that no others travel than those of `remote`.
  [[nodiscard]] const axis_distribution& columns() const { return column_rule_; }
  /// How many elements of a vector this rank fetches from others in a product.
  [[nodiscard]] index_t remote() const { return static_cast<index_t>(rows_.fetched.size()); }

  /// @name This rank's rows
  /// Row i of its block has the elements starts()[i] <= k < starts()[i + 1], of columns()[k] of the
  /// whole matrix. Values may be changed in place, the pattern may not.
  /// @{
  [[nodiscard]] const std::vector<index_t>& starts() const { return rows_.starts; }
  [[nodiscard]] const std::vector<index_t>& column_subscripts() const { return rows_.columns; }
  [[nodiscard]] const std::vector<T>& values() const { return values_; }
  [[nodiscard]] std::vector<T>& values() { return values_; }
  /// @}

  /// This rank's elements as entries of the whole matrix.
  [[nodiscard]] std::vector<sparse_entry<T>> entries() const {
    std::vector<sparse_entry<T>> result;
    result.reserve(values_.size());
    for (index_t i = 0; i + 1 < static_cast<index_t>(rows_.starts.size()); ++i)
      for (index_t k = start(i); k < start(i + 1); ++k)
        result.push_back({first_row() + i, rows_.columns[static_cast<std::size_t>(k)],
                          values_[static_cast<std::size_t>(k)]});
    return result;
  }

  /// The matrix with rows as columns, a new one. Collective; each element travels once at most.
  /// @throws memory_error on all ranks.
  [[nodiscard]] sparse_matrix transpose() const {
    auto turned = collectively(comm(), [&] {
      auto own = entries();
      for (sparse_entry<T>& e : own) std::swap(e.row, e.column);
      return own;
    });
    return {grid_, {shape_[1], shape_[0]}, turned};
  }

  /// @name Products
  /// y = A x. Each element of y takes its terms in the order of the columns: the same bits on any
  /// number of ranks. Rows that need nothing of others are computed while the rest of x is under
  /// way: one message to each rank that needs something, within a node none. An x that is not
  /// distributed as `columns()`, and a y not as `rows()`, or with a halo, go through a copy of
  /// theirs. They must not overlap. Collective.
  /// @throws shape_error for vectors of other sizes, argument_error for other ranks.
  /// @{
  void multiply(const global_view<const T, 1>& x, const global_view<T, 1>& y) const {
    detail::check_factor(shape_, x.shape()[0], "right factor", shape_[1]);
    detail::check_factor(shape_, y.shape()[0], "product", shape_[0]);
    global_array<T, 1> of_x(grid_, along(column_rule_));
    of_x.view().assign(x);
    global_array<T, 1> of_y(grid_, along(row_rule_));
    multiply(of_x, of_y);
    y.assign(of_y.view());
  }
  void multiply(const global_array<T, 1>& x, global_array<T, 1>& y) const {
    if (!lies_so(x, column_rule_) || !lies_so(y, row_rule_)) return multiply(x.view(), y.view());
    transfer coming = plan_.start_gather(x, fetched_);
    const view<const T, 1> own = x.owned();
    const view<T, 1> to = detail::writable_part(y);
    for (const index_t i : rows_.inner_rows) to(i) = product_of_row(i, own);
    coming.finish();
    for (const index_t i : rows_.outer_rows) to(i) = product_of_row(i, own);
  }
  /// @}

private:
  [[nodiscard]] index_t start(index_t i) const { return rows_.starts[static_cast<std::size_t>(i)]; }
  [[nodiscard]] bool is_in_grid() const { return grid_.contains(comm().rank()); }
  [[nodiscard]] interval own_part(const axis_distribution& rule) const {
    return is_in_grid() ? rule.block(comm().rank()) : interval{};
  }
  [[nodiscard]] index_t first_row() const { return own_part(row_rule_).lower; }
  static distribution<1> along(const axis_distribution& rule) {
    return distribution<1>(std::array<axis_distribution, 1>{rule});
  }
  static bool lies_so(const global_array<T, 1>& v, const axis_distribution& rule) {
    return v.distribution().axis(0) == rule && v.halo() == tessera::halo<1>();
  }
  [[nodiscard]] ndarray<index_t, 1> fetched_columns() const {
    ndarray<index_t, 1> result(shape_t<1>{remote()});
    std::copy(rows_.fetched.begin(), rows_.fetched.end(), result.data());
    return result;
  }

  /// The entries of this rank's rows, those of one place in the order of ranks and lists.
  [[nodiscard]] std::vector<sparse_entry<T>>
  arrived(const std::vector<sparse_entry<T>>& entries) const {
    const auto for_ranks = collectively(comm(), [&] {
      std::vector<std::vector<sparse_entry<T>>> parts(static_cast<std::size_t>(comm().size()));
      for (const sparse_entry<T>& e : entries)
        parts[static_cast<std::size_t>(row_rule_.owner(e.row))].push_back(e);
      return parts;
    });
    const auto from_ranks = exchange(comm(), for_ranks);
    return collectively(comm(), [&] {
      std::vector<sparse_entry<T>> sorted;
      for (const auto& part : from_ranks) sorted.insert(sorted.end(), part.begin(), part.end());
      std::stable_sort(sorted.begin(), sorted.end(),
                       [](const sparse_entry<T>& a, const sparse_entry<T>& b) {
                         return a.row != b.row ? a.row < b.row : a.column < b.column;
                       });
      return sorted;
    });
  }

  void take(const std::vector<sparse_entry<T>>& sorted) {
    collectively(comm(), [&] {
      std::vector<detail::sparse_place> places;
      for (const sparse_entry<T>& e : sorted) {
        if (!places.empty() && places.back().row == e.row && places.back().column == e.column) {
          values_.back() += e.value;
        } else {
          places.push_back({e.row, e.column});
          values_.push_back(e.value);
        }
      }
      detail::find_rows(rows_, places, first_row(), own_part(row_rule_).size(),
                        own_part(column_rule_));
    });
  }

  [[nodiscard]] T product_of_row(index_t i, const view<const T, 1>& own) const {
    const index_t mine = own.size();
    const T* const x = own.data();
    const T* const others = fetched_.data();
    T sum{};
    for (index_t k = start(i); k < start(i + 1); ++k) {
      const index_t place = rows_.places[static_cast<std::size_t>(k)];
      sum +=
          values_[static_cast<std::size_t>(k)] * (place < mine ? x[place] : others[place - mine]);
    }
    return sum;
  }

  process_grid<1> grid_;
  shape_t<2> shape_{};
  axis_distribution row_rule_;
  axis_distribution column_rule_;
  detail::sparse_rows rows_;
  std::vector<T> values_;
  index_t count_ = 0;
  subscript_plan<1> plan_;
  mutable ndarray<T, 1> fetched_; // in each product anew
};

/// @name Products of sparse matrices
/// The product of a sparse matrix and a vector, distributed as the matrix's rows; or written to a
/// given array, which must not overlap x. See sparse_matrix::multiply. Collective.
/// @throws shape_error, argument_error on all ranks.
///
///     auto y = matmul(a, x);
/// @{
template <class T, global_operand X>
requires(X::ndim == 1) global_array<T, 1> matmul(const sparse_matrix<T>& a, const X& x) {
  global_array<T, 1> y(a.grid(), distribution<1>(std::array<axis_distribution, 1>{a.rows()}));
  matmul(a, x, y);
  return y;
}
template <class T, global_operand X>
requires(X::ndim == 1) void matmul(const sparse_matrix<T>& a, const X& x, global_array<T, 1>& y) {
  if constexpr (std::is_same_v<X, global_array<T, 1>>)
    a.multiply(x, y);
  else if constexpr (detail::global_elements<X> && std::is_same_v<typename X::value_type, T>)
    a.multiply(global_view<const T, 1>(detail::as_node(x)), y.view());
  else
    a.multiply(detail::copied<T>(detail::as_node(x)), y);
}
/// @}

} // namespace tessera
