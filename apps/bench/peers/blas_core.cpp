// OpenBLAS called directly.
#include "core_peers.hpp"

#include <cblas.h>

#include <string>

namespace bench {

namespace {

class blas_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "blas"; }
  std::vector<candidate> make(core_problem& p) override {
    const int n = static_cast<int>(p.rows);
    if (p.what != core_case::matmul) return {};
    return {{name(), [&p, n] {
               cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, p.a.data(), n,
                           p.b.data(), n, 0.0, p.c.data(), n);
             }}};
  }
};

} // namespace

std::unique_ptr<core_library> make_blas_core() { return std::make_unique<blas_core>(); }

} // namespace bench
