#include "scalapack_call.hpp"

#include <tessera/core/algebra/blas_threads.hpp>
#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/matrices/factorisations.hpp>

#include <algorithm>
#include <optional>

namespace tessera::detail {

namespace {

template <class T> class symmetric_problem {
public:
  symmetric_problem(const view_ref& a, bool upper, bool with_vectors)
      : comm_(a.block->comm()), grid_(comm_), m_(comm_, grid_, a.shape[0], a.shape[0], sizeof(T)),
        triangle_(upper ? "U" : "L") {
    prepare_blas();
    if (with_vectors) vectors_.emplace(comm_, grid_, a.shape[0], a.shape[0], sizeof(T));
    m_.load(a);
    require_finite<T>(comm_, "eigh", m_);
  }

  void run(T* values) {
    T size[1]{};
    int small_size = 0;
    int info = 0;
    if (grid_.is_member()) call(values, size, query, &small_size, query, info);
    agreed_info(comm_, name(), info);
    const int most =
        collectively(comm_, [&] { return std::max(work_size(size[0]), least_work()); });
    std::vector<T> work = work_space<T>(comm_, most);
    std::vector<int> small = work_space<int>(comm_, small_size);
    if (grid_.is_member()) call(values, work.data(), most, small.data(), small_size, info);
    if (agreed_info(comm_, name(), info) > 0) throw argument_error("eigenvalues do not converge");
    broadcast(comm_, values, m_.rows(), 0);
  }
  void store(const view_ref& to) { vectors_->store(to); }

private:
  [[nodiscard]] const char* name() const { return vectors_ ? "syevd" : "syev"; }
  /// ScaLAPACK 2.2.1 asks for less than what it calls wants (PDORMTR, PDLASRT), where a matrix is
  /// small beside its blocks; eigenvectors are wrong then without a word, or ranks wait for ever.
  [[nodiscard]] int least_work() const {
    const index_t block = cyclic_matrix::block;
    const index_t rows = m_.own_rows() + block;
    const index_t columns = m_.own_columns() + block;
    const index_t most = std::max(
        {(rows + columns) * block + block * block, rows * (block + columns), index_t{m_.rows()}});
    return work_size(static_cast<double>(4 * index_t{m_.rows()} + most), 0);
  }
  // Divide and conquer makes eigenvectors always; without them, it is the other method's turn.
  void call(T* values, T* work, int size, int* small, int small_size, int& info) {
    const int n = m_.rows();
    if (vectors_)
      scalapack_spectra<T>::syevd("V", triangle_, &n, m_.data<T>(), &one, &one, m_.of(), values,
                                  vectors_->data<T>(), &one, &one, vectors_->of(), work, &size,
                                  small, &small_size, &info, 1, 1);
    else
      scalapack_spectra<T>::syev("N", triangle_, &n, m_.data<T>(), &one, &one, m_.of(), values,
                                 nullptr, &one, &one, m_.of(), work, &size, &info, 1, 1);
  }

  const communicator& comm_;
  blacs_grid grid_;
  cyclic_matrix m_;
  std::optional<cyclic_matrix> vectors_;
  const char* triangle_;
};

} // namespace

template <class T>
void global_eigh(const view_ref& a, bool upper, T* values, const view_ref* vectors) {
  if (a.shape[0] == 0) return;
  symmetric_problem<T> problem(a, upper, vectors != nullptr);
  problem.run(values);
  if (vectors != nullptr) problem.store(*vectors);
}

template void global_eigh<float>(const view_ref&, bool, float*, const view_ref*);
template void global_eigh<double>(const view_ref&, bool, double*, const view_ref*);

} // namespace tessera::detail
