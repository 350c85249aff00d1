// ScaLAPACK's products, equations and eigenvectors.
#ifdef TESSERA_HAS_SCALAPACK
#include "matrix_peers.hpp"

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
int Csys2blacs_handle(MPI_Comm comm);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void Cblacs_gridinfo(int context, int* rows, int* columns, int* row, int* column);
void Cblacs_gridexit(int context);
int numroc_(const int* n, const int* block, const int* part, const int* first, const int* parts);
void descinit_(int* descriptor, const int* m, const int* n, const int* mb, const int* nb,
               const int* first_row, const int* first_column, const int* context, const int* step,
               int* info);
void pdgemm_(const char* trans_a, const char* trans_b, const int* m, const int* n, const int* k,
             const double* alpha, const double* a, const int* ia, const int* ja, const int* of_a,
             const double* b, const int* ib, const int* jb, const int* of_b, const double* beta,
             double* c, const int* ic, const int* jc, const int* of_c);
void pdgesv_(const int* n, const int* nrhs, double* a, const int* ia, const int* ja,
             const int* of_a, int* pivots, double* b, const int* ib, const int* jb, const int* of_b,
             int* info);
void pdsyevd_(const char* jobz, const char* uplo, const int* n, double* a, const int* ia,
              const int* ja, const int* of_a, double* w, double* z, const int* iz, const int* jz,
              const int* of_z, double* work, const int* lwork, int* iwork, const int* liwork,
              int* info);
}

namespace bench {

namespace {

constexpr int one = 1;
constexpr int zero = 0;

void check(int info, const char* name) {
  if (info != 0) throw std::runtime_error(std::string("ScaLAPACK: ") + name + " fails");
}

class scalapack_matrix_by_blocks : public scalapack_matrix {
public:
  scalapack_matrix_by_blocks(MPI_Comm comm, int n, int block, bool symmetric)
      : n_(n), block_(block), system_(Csys2blacs_handle(comm)), context_(system_) {
    int ranks = 1;
    MPI_Comm_size(comm, &ranks);
    int rows = static_cast<int>(std::sqrt(ranks));
    while (ranks % rows != 0) --rows;
    Cblacs_gridinit(&context_, "Row", rows, ranks / rows);
    int columns = 0;
    Cblacs_gridinfo(context_, &rows, &columns, &row_, &column_);
    rows_ = numroc_(&n_, &block_, &row_, &zero, &rows);
    columns_ = numroc_(&n_, &block_, &column_, &zero, &columns);
    const int step = rows_ > 0 ? rows_ : 1;
    int info = 0;
    descinit_(of_, &n_, &n_, &block_, &block_, &zero, &zero, &context_, &step, &info);
    descinit_(of_vector_, &n_, &one, &block_, &block_, &zero, &zero, &context_, &step, &info);
    check(info, "descinit");
    original_.resize(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_));
    a_ = result_ = original_;
    fill(rows, columns, symmetric);
  }
  ~scalapack_matrix_by_blocks() override {
    Cblacs_gridexit(context_);
    Cfree_blacs_system_handle(system_);
  }

  void multiply() override {
    const double alpha = 1;
    const double beta = 0;
    pdgemm_("N", "N", &n_, &n_, &n_, &alpha, original_.data(), &one, &one, of_, original_.data(),
            &one, &one, of_, &beta, result_.data(), &one, &one, of_);
  }
  void solve() override {
    a_ = original_;
    std::vector<double> b(static_cast<std::size_t>(rows_) + 1, 1.0);
    std::vector<int> pivots(static_cast<std::size_t>(rows_ + block_));
    int info = 0;
    pdgesv_(&n_, &one, a_.data(), &one, &one, of_, pivots.data(), b.data(), &one, &one, of_vector_,
            &info);
    check(info, "pdgesv");
  }
  void find_eigenvectors() override {
    a_ = original_;
    std::vector<double> values(static_cast<std::size_t>(n_));
    double size = 0;
    int small_size = 0;
    int lwork = -1;
    int liwork = -1;
    int info = 0;
    pdsyevd_("V", "L", &n_, a_.data(), &one, &one, of_, values.data(), result_.data(), &one, &one,
             of_, &size, &lwork, &small_size, &liwork, &info);
    lwork = static_cast<int>(size);
    liwork = small_size;
    std::vector<double> work(static_cast<std::size_t>(lwork));
    std::vector<int> small(static_cast<std::size_t>(liwork));
    pdsyevd_("V", "L", &n_, a_.data(), &one, &one, of_, values.data(), result_.data(), &one, &one,
             of_, work.data(), &lwork, small.data(), &liwork, &info);
    check(info, "pdsyevd");
  }

private:
  void fill(int rows, int columns, bool symmetric) {
    const auto place = [this](int own, int part, int parts) {
      return long{own / block_ * parts + part} * block_ + own % block_;
    };
    std::size_t at = 0;
    for (int j = 0; j < columns_; ++j)
      for (int i = 0; i < rows_; ++i)
        original_[at++] = (symmetric ? symmetric_element : matrix_element)(
            place(i, row_, rows), place(j, column_, columns));
  }

  int n_;
  int block_;
  int system_;
  int context_;
  int row_ = 0;
  int column_ = 0;
  int rows_ = 0;
  int columns_ = 0;
  int of_[9]{};
  int of_vector_[9]{};
  std::vector<double> original_;
  std::vector<double> a_;
  std::vector<double> result_;
};

} // namespace

std::unique_ptr<scalapack_matrix> make_scalapack_matrix(MPI_Comm comm, int n, int block,
                                                        bool symmetric) {
  return std::make_unique<scalapack_matrix_by_blocks>(comm, n, block, symmetric);
}

} // namespace bench
#endif
