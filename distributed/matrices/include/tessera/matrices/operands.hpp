/// @file
/// Operands and results of linear algebra over ranks.
#pragma once

#include <tessera/core/algebra/decompose.hpp>
#include <tessera/distributed/algebra/matmul.hpp>
#include <tessera/matrices/factorisations.hpp>

namespace tessera::detail {

/// A matrix over ranks whose elements are T: of a global array or view, or computed from an
/// expression. A vector is a column.
template <class A, class Element = linalg_type<typename A::value_type>> class global_matrix {
public:
  using T = Element;
  using real = real_of<T>;
  static_assert(A::ndim <= 2, "a matrix has two axes");

  explicit global_matrix(const A& a)
      : factor_(a, *communicator_of(a)), node_(factor_.matrix(false)) {}
  global_matrix(const char* name, const A& a) : global_matrix(a) { require_square(name, ref()); }
  global_matrix(const global_matrix&) = delete;
  global_matrix& operator=(const global_matrix&) = delete;

  /// As a matrix.
  [[nodiscard]] view_ref ref() const { return node_.ref(); }
  [[nodiscard]] const global_node<T, 2>& node() const { return node_; }
  /// As it was given.
  [[nodiscard]] view_ref given() const { return factor_.ref(); }
  [[nodiscard]] index_t rows() const { return node_.layout.shape[0]; }
  [[nodiscard]] index_t columns() const { return node_.layout.shape[1]; }
  [[nodiscard]] index_t smaller() const { return rows() < columns() ? rows() : columns(); }

private:
  global_factor<T, A::ndim> factor_;
  global_node<T, 2> node_;
};

/// A new array for results, and a reference to it as a matrix.
template <class T, std::size_t N> class matrix_result {
public:
  /// Distributed as a view is where that can be: see `copy`.
  explicit matrix_result(const view_ref& like) : array_(like_view(like)), node_(as_matrix()) {}
  /// Of a given shape: in equal blocks, unless it is that of the view.
  matrix_result(const view_ref& like, const shape_t<N>& shape)
      : array_(has_shape(like, shape) ? like_view(like) : array_beside<T, N>(like, shape)),
        node_(as_matrix()) {}
  [[nodiscard]] view_ref ref() const { return node_.ref(); }
  global_array<T, N> take() { return std::move(array_); }

private:
  static bool has_shape(const view_ref& like, const shape_t<N>& shape) {
    bool same = like.ndim == N;
    for (std::size_t d = 0; d < N && same; ++d) same = like.shape[d] == shape[d];
    return same;
  }
  static global_array<T, N> like_view(const view_ref& like) {
    const copy_layout layout(like);
    const distribution<N> own = distribution_of<N>(layout.result_axes);
    grid_request request = is_whole(like) ? like.block->request() : grid_request{};
    return {process_grid<N>::sharing(layout.comm, own.dims(), std::move(request)), own};
  }
  global_node<T, 2> as_matrix() {
    if constexpr (N == 1)
      return array_.view()(all, newaxis).node();
    else
      return array_.view().node();
  }

  global_array<T, N> array_;
  global_node<T, 2> node_;
};

/// The transposed matrix, of conjugated elements where they are complex: a view or an expression.
template <class T> auto adjoint(const global_array<T, 2>& a) {
  if constexpr (is_complex<T>)
    return elementwise(conjugate(), a.transpose());
  else
    return a.transpose();
}

/// @throws shape_error unless b has as many rows as a.
void require_equations(const char* name, const view_ref& a, const view_ref& b);

} // namespace tessera::detail
