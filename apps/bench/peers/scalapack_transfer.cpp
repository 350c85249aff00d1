// ScaLAPACK's redistribution of a matrix between process grids.
#include "transfer_peers.hpp"

#include <array>
#include <stdexcept>

extern "C" {
int Csys2blacs_handle(MPI_Comm comm);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void Cblacs_gridexit(int context);
void descinit_(int* descriptor, const int* m, const int* n, const int* mb, const int* nb,
               const int* first_row, const int* first_column, const int* context, const int* step,
               int* info);
void pdgemr2d_(const int* m, const int* n, double* a, const int* ia, const int* ja, int* of_a,
               double* b, const int* ib, const int* jb, int* of_b, const int* context);
}

namespace bench {

namespace {

/// Its matrices lie by columns, so that rows are to it the columns of the transposed matrix.
class scalapack_transfer : public transfer_peer {
public:
  scalapack_transfer(const transfer_task& task, double* from, double* to)
      : n_(static_cast<int>(task.n)), from_(from), to_(to), system_(Csys2blacs_handle(task.comm)) {
    int ranks = 1;
    MPI_Comm_size(task.comm, &ranks);
    contexts_ = {system_, system_};
    Cblacs_gridinit(&contexts_[0], "Row", 1, ranks);
    Cblacs_gridinit(&contexts_[1], "Row", ranks, 1);
    const int block = n_ / ranks;
    describe(0, n_, block, n_);
    describe(1, block, n_, block);
  }
  ~scalapack_transfer() override {
    for (const int context : contexts_) Cblacs_gridexit(context);
    Cfree_blacs_system_handle(system_);
  }
  [[nodiscard]] std::string name() const override { return "ScaLAPACK pdgemr2d"; }
  void run() override {
    const int one = 1;
    pdgemr2d_(&n_, &n_, from_, &one, &one, matrices_[0].data(), to_, &one, &one,
              matrices_[1].data(), contexts_.data());
  }

private:
  void describe(std::size_t k, int rows, int columns, int step) {
    const int zero = 0;
    int info = 0;
    descinit_(matrices_[k].data(), &n_, &n_, &rows, &columns, &zero, &zero, &contexts_[k], &step,
              &info);
    if (info != 0) throw std::runtime_error("ScaLAPACK: cannot describe a matrix");
  }

  int n_;
  double* from_;
  double* to_;
  int system_;
  std::array<int, 2> contexts_{};
  std::array<std::array<int, 9>, 2> matrices_{};
};

} // namespace

std::unique_ptr<transfer_peer> make_scalapack_transfer(const transfer_task& task, double* from,
                                                       double* to) {
  return std::make_unique<scalapack_transfer>(task, from, to);
}

} // namespace bench
