/// @file
/// The vectors that a solver needs beside x and b, kept for the next solution.
#pragma once

#include <tessera/distributed/functions/reduce_all.hpp>
#include <tessera/distributed/solvers/operator_pass.hpp>
#include <tessera/distributed/solvers/solve_result.hpp>

#include <vector>

namespace tessera {

namespace detail {

/// Do all ends of the axes meet the same conditions, but for values?
bool has_conditions_of(const global_block& array, const global_block& other);
/// Is there an end where stencils leave cells alone?
bool has_bare_ends(const global_block& array);
/// @throws argument_error on all ranks where x and b lie differently, or are one array.
void check_system(const char* solver, const global_block& x, const global_block& b);

template <class T, std::size_t N> const global_block& block_ref(const global_array<T, N>& a) {
  return *block_of(const_cast<global_array<T, N>&>(a));
}

/// Does a step take less time than a message? Then what can be done meanwhile is done meanwhile,
/// though it costs a pass of its own over arrays that are in the cache. Messages of a few ranks
/// take less.
template <class T, std::size_t N> bool overlaps_messages(const global_array<T, N>& a) {
  constexpr int few_ranks = 4;
  return a.comm().size() > few_ranks && size_of(a.local_shape()) * index_t{sizeof(T)} < (1 << 20);
}

} // namespace detail

/// Global arrays like the x of a system, which a solver uses: made when first needed, and used
/// again by the next solution of the same shape. Their halos meet the boundary conditions of x with
/// zeros in place of values, as differences of two x do. Members that do not say that they are
/// collective are local.
///
///     krylov_space<double, 2> space;
///     for (int step = 0; step < 100; ++step) cg(op, x, b, no_preconditioner(), {}, space).check();
template <class T, std::size_t N> class krylov_space {
public:
  krylov_space() = default;

  /// Makes at least so many arrays like `x`, all zero where they are made anew. Collective.
  void prepare(const global_array<T, N>& x, std::size_t count) {
    const auto& wanted = detail::block_ref(x);
    const bool fits = !vectors_.empty() && vectors_[0].comm().same_ranks(x.comm()) &&
                      vectors_[0].distribution() == x.distribution() &&
                      vectors_[0].halo() == x.halo() &&
                      detail::has_conditions_of(detail::block_ref(vectors_[0]), wanted);
    if (!fits) vectors_.clear();
    while (vectors_.size() < count) {
      global_array<T, N> next(x.grid(), x.distribution(), x.halo());
      detail::block_of(next)->set_homogeneous_boundary(wanted);
      next = T{};
      vectors_.push_back(std::move(next));
    }
  }
  /// Array number k of those that were prepared.
  [[nodiscard]] global_array<T, N>& operator[](std::size_t k) { return vectors_[k]; }
  [[nodiscard]] std::size_t size() const { return vectors_.size(); }

private:
  std::vector<global_array<T, N>> vectors_;
};

namespace detail {

struct first_norms {
  double of_b;
  double of_r;
  double squares_of_r;
};
/// What |r| has to come down to: relative to the first |r| where b is zero.
inline double target_of(const char* solver, const solve_options& options,
                        const first_norms& first) {
  return target_of(solver, options, first.of_b > 0 ? first.of_b : first.of_r);
}

/// r = b - A x; gives |b| and |r|, in one message.
template <class Operator, class T, std::size_t N>
first_norms first_residual(const Operator& op, global_array<T, N>& x, const global_array<T, N>& b,
                           global_array<T, N>& r, global_array<T, N>& scratch) {
  sum_of_terms squares;
  sum_of_terms squares_of_b;
  if (has_bare_ends(block_ref(x))) {
    r = T{};
    scratch = T{};
  }
  const auto subtract = [&squares](index_t n, const auto& image, const T* b_row, T* r_row) {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) r_row[i] = b_row[i] - image(i);
    squares.add_products(r_row, r_row, n);
  };
  pass_operator(op, x, scratch, subtract, b, r);
  pass_rows([&](index_t n, const T* row) { squares_of_b.add_products(row, row, n); }, b);
  const auto [bb, rr] =
      reduce_all(x.comm(), lazy::parts(squares_of_b.total()), lazy::parts(squares.total()));
  return {sqrt_of(bb), sqrt_of(rr), rr};
}

} // namespace detail

} // namespace tessera
