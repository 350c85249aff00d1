/// @file
/// Products of matrices and vectors over ranks.
#pragma once

#include <tessera/core/algebra/matmul.hpp>
#include <tessera/core/algebra/multiply_add.hpp>
#include <tessera/distributed/algebra/global_product.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/reduce.hpp>

#include <optional>

namespace tessera {

/// How `matmul` of global arrays multiplies.
struct matmul_options {
  /// Every element takes its terms one after another, each product and each sum rounded: the same
  /// bits on any number of ranks, under any distribution, on any processor, those of three plain
  /// loops. It takes about twice as long as BLAS does; integers have the same bits in any
  /// case.
  bool in_order = false;
};

namespace detail {

/// Something is a matrix or a vector over ranks, or one that every rank has, beside such a one.
template <class A, class B>
concept global_factors = array_operand<A> && array_operand<B> &&
                         (std::remove_cvref_t<A>::is_global || std::remove_cvref_t<B>::is_global) &&
                         std::remove_cvref_t<A>::ndim <= 2 && std::remove_cvref_t<B>::ndim <= 2;

/// The elements of a factor in a global array or view.
template <class T, std::size_t N> class global_factor {
public:
  template <class X> global_factor(const X& x, const communicator& comm) : node_{nullptr, {}} {
    if constexpr (!X::is_global) {
      grid_dims<N> dims{};
      dims[0] = comm.size();
      for (std::size_t d = 1; d < N; ++d) dims[d] = 1;
      held_.emplace(process_grid<N>::sharing(comm, dims), x.shape());
      held_->assign(x);
      node_ = held_->view().node();
    } else if constexpr (global_elements<X> && std::is_same_v<typename X::value_type, T>) {
      node_ = as_node(x);
      if (is_shifted(node_.layout)) hold(node_);
    } else {
      hold(as_node(x));
    }
  }
  [[nodiscard]] view_ref ref() const { return node_.ref(); }
  [[nodiscard]] const shape_t<N>& shape() const { return node_.layout.shape; }
  /// A vector as a matrix of one row or one column, another factor as it is.
  [[nodiscard]] global_node<T, 2> matrix(bool is_left) const {
    if constexpr (N == 2) {
      return node_;
    } else {
      const global_view<T, 1> v(node_);
      return is_left ? v(newaxis, all).node() : v(all, newaxis).node();
    }
  }

private:
  template <class Node> void hold(const Node& node) {
    held_.emplace(copied<T>(node));
    node_ = held_->view().node();
  }

  std::optional<global_array<T, N>> held_;
  global_node<T, N> node_;
};

template <class X> const communicator* communicator_of(const X& x) {
  const communicator* found = nullptr;
  if constexpr (X::is_global)
    as_node(x).visit([&](const auto& leaf) {
      if constexpr (std::remove_cvref_t<decltype(leaf)>::is_global)
        found = found == nullptr ? &leaf.block->comm() : found;
    });
  return found;
}

template <class T, bool InOrder>
void multiply_local(const local_matrix& a, const local_matrix& b, const local_matrix& c,
                    bool adds) {
  const auto left = view<const T, 2>(reinterpret_cast<const T*>(a.data), {a.rows, a.columns},
                                     {a.row_step, a.column_step});
  const auto right = view<const T, 2>(reinterpret_cast<const T*>(b.data), {b.rows, b.columns},
                                      {b.row_step, b.column_step});
  const auto to =
      view<T, 2>(reinterpret_cast<T*>(c.data), {c.rows, c.columns}, {c.row_step, c.column_step});
  if constexpr (InOrder)
    multiply_in_order<T>(left, right, to, adds);
  else
    multiply_add<T>(left, right, to, adds);
}

/// Both factors, over the same ranks.
template <class A, class B> class global_factors_of {
public:
  using T = promoted<typename A::value_type, typename B::value_type>;
  static constexpr std::size_t ndim = product_ndim(A::ndim, B::ndim);

  global_factors_of(const A& a, const B& b)
      : comm_(communicator_of(a) != nullptr ? *communicator_of(a) : *communicator_of(b)),
        a_(a, comm_), b_(b, comm_) {
    if (a_.shape()[A::ndim - 1] != b_.shape()[0])
      throw_product("matmul", a_.shape().data(), A::ndim, b_.shape().data(), B::ndim);
  }

  /// An array for the product, distributed as `product_axes` and `product_axis` say.
  [[nodiscard]] global_array<T, ndim> result() const {
    axes_span axes;
    if constexpr (ndim == 2)
      axes = product_axes(a_.ref(), b_.ref());
    else if constexpr (A::ndim == 2)
      axes = product_axis(a_.ref(), 0);
    else
      axes = product_axis(b_.ref(), 1);
    const distribution<ndim> own = distribution_of<ndim>(axes);
    const view_ref like = A::ndim == 2 ? a_.ref() : b_.ref();
    grid_request request = ndim == 2 && is_whole(like) ? like.block->request() : grid_request{};
    return {process_grid<ndim>::sharing(comm_, own.dims(), std::move(request)), own};
  }

  void run(const global_view<T, ndim>& to, const matmul_options& options) const {
    const global_node<T, 2> left = a_.matrix(true);
    const global_node<T, 2> right = b_.matrix(false);
    const global_node<T, 2> target = matrix_of(to);
    multiply_matrices(target.ref(), left.ref(), right.ref(),
                      options.in_order ? &multiply_local<T, true> : &multiply_local<T, false>);
  }

private:
  static global_node<T, 2> matrix_of(const global_view<T, ndim>& to) {
    if constexpr (ndim == 2)
      return to.node();
    else if constexpr (A::ndim == 1)
      return to(newaxis, all).node();
    else
      return to(all, newaxis).node();
  }

  communicator comm_;
  global_factor<T, A::ndim> a_;
  global_factor<T, B::ndim> b_;
};

} // namespace detail

/// @name Products over ranks
/// The product of matrices, or of a matrix and a vector, of which at least one is a global array, a
/// view or an expression, over whatever distributions; the other may be a local one that every rank
/// has. A vector is a row on the left and a column on the right, and its axis is not in the result,
/// as in NumPy. Collective.
///
/// Every rank computes what it owns of the result by BLAS, on one thread unless
/// OPENBLAS_NUM_THREADS or OMP_NUM_THREADS say otherwise. What it needs of the operands it reads in
/// place where ranks of its node have it, so that one node copies nothing and sends two small
/// messages; between nodes it comes in panels of 512 columns of a and rows of b while the last one
/// is multiplied, in buffers of two such panels. Operands that are cyclic, or divided so that a
/// rank of the result needs parts of the rows of several ranks' blocks, are copied first to a
/// distribution that fits, of the same size. Results in floating point depend in their last bits on
/// how a's columns and b's rows are divided, and on BLAS; with `in_order` they do not, see
/// matmul_options.
///
/// The first form returns a new array: rows distributed as a's, columns as b's if as many ranks
/// divide these as a's columns, else in equal blocks; a vector as the rows (columns) of the matrix
/// if all ranks divide these, else in equal blocks. The second writes to an array or a view of the
/// product's shape, under whatever distribution, which may be among the operands.
/// @throws shape_error when the shapes do not fit, argument_error when the ranks differ,
/// memory_error; on all ranks.
///
///     auto c = matmul(a, b.transpose());
///     matmul(a, x, y, {.in_order = true});
/// @{
template <class A, class B>
requires(detail::global_factors<A, B>&& A::ndim + B::ndim >=
         3) auto matmul(const A& a, const B& b, const matmul_options& options = {}) {
  const detail::global_factors_of<A, B> factors(a, b);
  auto result = factors.result();
  factors.run(result.view(), options);
  return result;
}
template <class A, class B, detail::global_elements C>
requires(detail::global_factors<A, B>&& A::ndim + B::ndim >=
         3) void matmul(const A& a, const B& b, C&& to, const matmul_options& options = {}) {
  using factors = detail::global_factors_of<A, B>;
  static_assert(std::remove_cvref_t<C>::is_assignable, "a read-only view cannot take a product");
  static_assert(std::is_same_v<typename std::remove_cvref_t<C>::value_type, typename factors::T>,
                "the result has the type that the operands' promote to");
  static_assert(std::remove_cvref_t<C>::ndim == factors::ndim,
                "the result has another number of axes");
  factors(a, b).run(global_view<typename factors::T, factors::ndim>(detail::as_node(to)), options);
}
/// Two vectors: the sum of their products, on all ranks; they must lie together (see `dot`).
template <class A, class B>
requires(detail::global_factors<A, B>&& A::ndim == 1 && B::ndim == 1) auto matmul(const A& a,
                                                                                  const B& b) {
  return dot(a, b);
}
/// @}

} // namespace tessera
