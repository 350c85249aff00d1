#include "scalapack_call.hpp"

#include <tessera/core/algebra/blas_threads.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/matrices/factorisations.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tessera::detail {

namespace {

/// The LU factors of the transposed of a square matrix, with the rows that were swapped: so its
/// rows need not become columns on the way.
template <class T> class global_lu {
public:
  explicit global_lu(const view_ref& a)
      : comm_(a.block->comm()), grid_(comm_), lu_(comm_, grid_, a.shape[0], a.shape[0], sizeof(T)) {
    prepare_blas();
    swaps_ = work_space<int>(comm_, static_cast<int>(lu_.own_rows()) + lu_.block_length());
    lu_.load_turned(a);
    int info = 0;
    const int n = lu_.rows();
    if (grid_.is_member() && n > 0)
      scalapack<T>::getrf(&n, &n, lu_.template data<T>(), &one, &one, lu_.of(), swaps_.data(),
                          &info);
    if (n == 1) info = zero_element(); // at which ScaLAPACK (2.2.1) does not look
    zero_pivot_ = agreed_info(comm_, "getrf", info);
  }

  [[nodiscard]] bool is_singular() const { return zero_pivot_ > 0; }
  void require_regular(const char* name) const {
    if (is_singular())
      throw argument_error(fmt::format("{}: the matrix is singular: pivot {} of {} is exactly zero",
                                       name, zero_pivot_ - 1, lu_.rows()));
  }

  void solve(const view_ref& b, const view_ref& x) {
    cyclic_matrix columns(comm_, grid_, b.shape[0], b.shape[1], sizeof(T));
    columns.load(b);
    int info = 0;
    const int n = lu_.rows();
    const int count = columns.columns();
    if (grid_.is_member() && n > 0 && count > 0)
      scalapack<T>::getrs("T", &n, &count, lu_.template data<T>(), &one, &one, lu_.of(),
                          swaps_.data(), columns.template data<T>(), &one, &one, columns.of(),
                          &info, 1);
    agreed_info(comm_, "getrs", info);
    columns.store(x);
  }

  void invert(const view_ref& result) {
    const int n = lu_.rows();
    T size[1]{};
    int small_size = 0;
    int info = 0;
    const bool has_work = grid_.is_member() && n > 0;
    if (has_work) getri(size, query, &small_size, query, info);
    agreed_info(comm_, "getri", info);
    const int most = collectively(comm_, [&] { return work_size(size[0]); });
    std::vector<T> work = work_space<T>(comm_, most);
    std::vector<int> small = work_space<int>(comm_, small_size);
    if (has_work) getri(work.data(), most, small.data(), small_size, info);
    agreed_info(comm_, "getri", info);
    lu_.store_turned(result);
  }

  /// The product of the pivots.
  scaled_number<T> determinant() {
    scaled_number<T> mine;
    lu_.template for_each<T>([&](const T& x, index_t i, index_t j) {
      if (i == j) mine.multiply(x);
    });
    // Each row of the grid knows of its own rows alone where they went.
    for (index_t i = 0; lu_.is_in_first_column() && i < lu_.own_rows(); ++i)
      if (swaps_[static_cast<std::size_t>(i)] != lu_.row(i) + 1) mine.multiply(T(-1));
    scaled_number<T> product;
    for (const scaled_number<T>& part : allgather(comm_, mine))
      product.multiply(part.mantissa, part.exponent);
    return product;
  }

private:
  /// The pivot that is zero in a matrix of one element.
  int zero_element() {
    int info = 0;
    lu_.template for_each<T>([&](const T& x, index_t, index_t) { info = x == T{} ? 1 : 0; });
    return info;
  }
  void getri(T* work, int size, int* small, int small_size, int& info) {
    const int n = lu_.rows();
    scalapack<T>::getri(&n, lu_.template data<T>(), &one, &one, lu_.of(), swaps_.data(), work,
                        &size, small, &small_size, &info);
  }

  const communicator& comm_;
  blacs_grid grid_;
  cyclic_matrix lu_;
  std::vector<int> swaps_;
  int zero_pivot_ = 0;
};

template <class T> double largest_part(const T& x) {
  if constexpr (is_complex<T>)
    return std::max(std::abs(static_cast<double>(x.real())),
                    std::abs(static_cast<double>(x.imag())));
  else
    return std::abs(static_cast<double>(x));
}

template <class R> R halved(R x, int exponent) { return std::ldexp(x, -exponent); }
template <class R> std::complex<R> halved(const std::complex<R>& x, int exponent) {
  return {std::ldexp(x.real(), -exponent), std::ldexp(x.imag(), -exponent)};
}

} // namespace

template <class T> void scaled_number<T>::multiply(const T& factor, std::int64_t more) {
  int first = 0;
  const double size = largest_part(factor);
  if (!std::isfinite(size) || size == 0) {
    mantissa = mantissa * factor;
    return;
  }
  std::frexp(size, &first);
  mantissa = mantissa * halved(factor, first);
  int second = 0;
  if (std::isfinite(largest_part(mantissa)) && largest_part(mantissa) > 0) {
    std::frexp(largest_part(mantissa), &second);
    mantissa = halved(mantissa, second);
  }
  exponent += more + first + second;
}

template <class T> T unscaled(const scaled_number<T>& x) {
  constexpr std::int64_t beyond = 100000; // any exponent of a number
  return halved(x.mantissa, static_cast<int>(std::clamp(-x.exponent, -beyond, beyond)));
}

template <class T> void global_solve(const view_ref& a, const view_ref& b, const view_ref& x) {
  global_lu<T> factors(a);
  factors.require_regular("solve");
  factors.solve(b, x);
}

template <class T> void global_inverse(const view_ref& a, const view_ref& result) {
  global_lu<T> factors(a);
  factors.require_regular("inv");
  factors.invert(result);
}

template <class T> scaled_number<T> global_determinant(const view_ref& a) {
  return global_lu<T>(a).determinant();
}

template <class T> void global_cholesky(const view_ref& a, const view_ref& lower) {
  prepare_blas();
  const communicator& comm = a.block->comm();
  const blacs_grid grid(comm);
  cyclic_matrix m(comm, grid, a.shape[0], a.shape[0], sizeof(T));
  m.load_turned(a); // of which it makes L with rows as columns
  int info = 0;
  const int n = m.rows();
  if (grid.is_member() && n > 0)
    scalapack<T>::potrf("U", &n, m.data<T>(), &one, &one, m.of(), &info, 1);
  info = agreed_info(comm, "potrf", info);
  if (info > 0)
    throw argument_error(fmt::format("cholesky: the matrix of shape ({0}, {0}) is not positive "
                                     "definite: its leading minor of order {1} is not positive",
                                     n, info));
  m.for_each<T>([](T& x, index_t i, index_t j) { x = i > j ? T{} : x; });
  m.store_turned(lower);
}

#define TESSERA_SOLVE(T)                                                                           \
  template struct scaled_number<T>;                                                                \
  template T unscaled<T>(const scaled_number<T>&);                                                 \
  template void global_solve<T>(const view_ref&, const view_ref&, const view_ref&);                \
  template void global_inverse<T>(const view_ref&, const view_ref&);                               \
  template scaled_number<T> global_determinant<T>(const view_ref&);                                \
  template void global_cholesky<T>(const view_ref&, const view_ref&);
TESSERA_SOLVE(float)
TESSERA_SOLVE(double)
TESSERA_SOLVE(std::complex<float>)
TESSERA_SOLVE(std::complex<double>)
#undef TESSERA_SOLVE

} // namespace tessera::detail
