#include "scalapack_call.hpp"

#include <tessera/core/algebra/blas_threads.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/matrices/factorisations.hpp>

#include <algorithm>
#include <optional>

namespace tessera::detail {

namespace {

/// How many ranks decompose a matrix: each has at least eight rows or columns of singular vectors,
/// or one has all. ScaLAPACK 2.2.1 finds all singular values on each rank, beside the rank's share
/// of the vectors; a rank without a share takes another algorithm, whose last bits differ, and
/// those it refuses. And of one row and two columns, the length of what a reflection is to
/// annihilate is known to one rank alone: the others reflect nothing, and ranks wait for ever.
index_t useful_ranks(const view_ref& a) { return std::max(a.shape[0], a.shape[1]) / 8; }

template <class T> class singular_problem {
public:
  using real = real_of<T>;

  singular_problem(const view_ref& a, bool with_vectors)
      : comm_(a.block->comm()), grid_(comm_, useful_ranks(a)),
        m_(comm_, grid_, a.shape[0], a.shape[1], sizeof(T)) {
    prepare_blas();
    const index_t k = std::min(a.shape[0], a.shape[1]);
    if (with_vectors) u_.emplace(comm_, grid_, a.shape[0], k, sizeof(T));
    if (with_vectors) vh_.emplace(comm_, grid_, k, a.shape[1], sizeof(T));
    m_.load(a);
    require_finite<T>(comm_, "svd", m_);
  }

  void run(real* values) {
    T size[1]{};
    int info = 0;
    // ScaLAPACK says how much room it takes for real numbers beside complex ones, not in a query.
    const index_t larger = std::max(m_.rows(), m_.columns());
    const int real_count = collectively(comm_, [&] {
      return is_complex<T> ? work_size(static_cast<double>(1 + 4 * larger), 0) : 0;
    });
    std::vector<real> reals = work_space<real>(comm_, real_count);
    if (grid_.is_member()) call(values, size, query, reals.data(), info);
    agreed_info(comm_, "gesvd", info);
    const int most = collectively(comm_, [&] { return work_size(size[0]); });
    std::vector<T> work = work_space<T>(comm_, most);
    if (grid_.is_member()) call(values, work.data(), most, reals.data(), info);
    if (agreed_info(comm_, "gesvd", info) > 0)
      throw argument_error("singular values do not converge");
    broadcast(comm_, values, std::min(m_.rows(), m_.columns()), 0);
  }
  void store(const view_ref& u, const view_ref& vh) {
    u_->store(u);
    vh_->store(vh);
  }

private:
  void call(real* values, T* work, int size, real* reals, int& info) {
    const int rows = m_.rows();
    const int columns = m_.columns();
    const char* const wanted = u_ ? "V" : "N";
    T* const u = u_ ? u_->data<T>() : nullptr;
    T* const vh = vh_ ? vh_->data<T>() : nullptr;
    const auto with = [&](auto... reals_if_any) {
      scalapack_spectra<T>::gesvd(wanted, wanted, &rows, &columns, m_.data<T>(), &one, &one,
                                  m_.of(), values, u, &one, &one, u_ ? u_->of() : m_.of(), vh, &one,
                                  &one, vh_ ? vh_->of() : m_.of(), work, &size, reals_if_any...,
                                  &info, 1, 1);
    };
    if constexpr (is_complex<T>)
      with(reals);
    else
      with();
  }

  const communicator& comm_;
  blacs_grid grid_;
  cyclic_matrix m_;
  std::optional<cyclic_matrix> u_;
  std::optional<cyclic_matrix> vh_;
};

} // namespace

template <class T>
void global_svd(const view_ref& a, const view_ref* u, real_of<T>* values, const view_ref* vh) {
  if (a.shape[0] == 0 || a.shape[1] == 0) return;
  singular_problem<T> problem(a, u != nullptr);
  problem.run(values);
  if (u != nullptr) problem.store(*u, *vh);
}

#define TESSERA_SVD(T)                                                                             \
  template void global_svd<T>(const view_ref&, const view_ref*, real_of<T>*, const view_ref*);
TESSERA_SVD(float)
TESSERA_SVD(double)
TESSERA_SVD(std::complex<float>)
TESSERA_SVD(std::complex<double>)
#undef TESSERA_SVD

} // namespace tessera::detail
