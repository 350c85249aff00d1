#include "scalapack_call.hpp"

#include <tessera/core/algebra/blas_threads.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/matrices/factorisations.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

template <class T> class reflections {
public:
  reflections(const communicator& comm, const blacs_grid& grid, cyclic_matrix& m)
      : comm_(comm), is_member_(grid.is_member()), m_(m) {
    k_ = std::min(m.rows(), m.columns());
    factors_ = work_space<T>(comm, static_cast<int>(m.own_columns()) + m.block_length());
  }

  /// R in the upper triangle, and below what Q is made of.
  void find() {
    with_work_space("geqrf", [&](T* work, int size, int& info) {
      const int rows = m_.rows();
      const int columns = m_.columns();
      scalapack<T>::geqrf(&rows, &columns, m_.data<T>(), &one, &one, m_.of(), factors_.data(), work,
                          &size, &info);
    });
  }
  /// Q in the first columns.
  void form() {
    with_work_space("orgqr", [&](T* work, int size, int& info) {
      const int rows = m_.rows();
      scalapack<T>::orgqr(&rows, &k_, &k_, m_.data<T>(), &one, &one, m_.of(), factors_.data(), work,
                          &size, &info);
    });
  }

private:
  template <class Call> void with_work_space(const char* name, const Call& call) {
    T size[1]{};
    int info = 0;
    if (is_member_) call(size, query, info);
    agreed_info(comm_, name, info);
    const int most = collectively(comm_, [&] { return work_size(size[0]); });
    std::vector<T> work = work_space<T>(comm_, most);
    if (is_member_) call(work.data(), most, info);
    agreed_info(comm_, name, info);
  }

  const communicator& comm_;
  bool is_member_;
  cyclic_matrix& m_;
  int k_ = 0;
  std::vector<T> factors_;
};

} // namespace

template <class T> void global_qr(const view_ref& a, const view_ref& q, const view_ref& r) {
  if (a.shape[0] == 0 || a.shape[1] == 0) return;
  prepare_blas();
  const communicator& comm = a.block->comm();
  const blacs_grid grid(comm);
  cyclic_matrix m(comm, grid, a.shape[0], a.shape[1], sizeof(T));
  m.load(a);
  reflections<T> found(comm, grid, m);
  found.find();
  {
    cyclic_matrix upper(comm, grid, a.shape[0], a.shape[1], sizeof(T));
    T* to = upper.data<T>();
    m.for_each<T>([&](const T& x, index_t i, index_t j) { *to++ = i > j ? T{} : x; });
    upper.store(r);
  }
  found.form();
  m.store(q);
}

template void global_qr<float>(const view_ref&, const view_ref&, const view_ref&);
template void global_qr<double>(const view_ref&, const view_ref&, const view_ref&);
template void global_qr<std::complex<float>>(const view_ref&, const view_ref&, const view_ref&);
template void global_qr<std::complex<double>>(const view_ref&, const view_ref&, const view_ref&);

} // namespace tessera::detail
