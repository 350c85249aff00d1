#include "matrices/matrices.hpp"

#include "matrices/matrix_peers.hpp"
#include "measure.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/linalg.hpp>
#include <tessera/distributed.hpp>
#ifdef TESSERA_HAS_MATRICES
#include <tessera/matrices/linalg.hpp>
#endif

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace bench {

using namespace tessera;

double matrix_element(long i, long j) {
  return std::sin(static_cast<double>(i * 7919 + j * 104729)) + (i == j ? 4.0 : 0.0);
}
double symmetric_element(long i, long j) {
  return matrix_element(i < j ? i : j, i < j ? j : i) + (i == j ? static_cast<double>(i) : 0.0);
}

namespace {

[[maybe_unused]] constexpr int block_sizes[] = {32, 64, 128};

struct row {
  std::string title;
  double operations;
  std::vector<candidate> ways;
};

/// Without calls where one takes seconds.
void print(const communicator& world, row& table, index_t repetitions) {
  const auto seconds = median_seconds(world.native(), table.ways, repetitions);
  if (world.rank() != 0) return;
  std::printf("%s, %d ranks\n%-40s %10s %10s %10s\n", table.title.c_str(), world.size(), "", "ms",
              "GFLOP/s", "to first");
  for (std::size_t k = 0; k < table.ways.size(); ++k)
    std::printf("%-40s %10.1f %10.1f %10.3f\n", table.ways[k].name.c_str(), seconds[k] * 1e3,
                table.operations / seconds[k] * 1e-9, seconds[0] / seconds[k]);
}

/// What by hand a product of matrices by rows costs at least: each rank's rows by all of b.
class local_products {
public:
  local_products(const communicator& world, index_t n)
      : rows_(axis_distribution(n, world.size()).count(world.rank())),
        a_(shape_t<2>{rows_, n}, 1.5), b_(shape_t<2>{n, n}, 0.5), c_(shape_t<2>{rows_, n}, 0.0) {}
  void run() { matmul(a_, b_, c_.view()); }
  /// With what others have of b fetched first.
  void run_gathered(const global_array<double, 2>& b) {
    const ndarray<double, 2> all = b.gather_all();
    matmul(a_, all, c_.view());
  }

private:
  index_t rows_;
  ndarray<double, 2> a_;
  ndarray<double, 2> b_;
  ndarray<double, 2> c_;
};

void check_product(const global_array<double, 2>& c, const global_array<double, 2>& a) {
  const index_t n = c.shape()[0];
  const ndarray<double, 1> first(a(0, all).gather_all());
  const ndarray<double, 1> last(a(all, n - 1).gather_all());
  if (std::abs(dot(first, last) - c.at(0, n - 1)) > 1e-9 * static_cast<double>(n))
    throw error(error_kind::other, "matmul gives another product");
}

#ifdef TESSERA_HAS_SCALAPACK
template <class Run>
void add_scalapack(row& table, const communicator& world, index_t n, bool symmetric,
                   std::vector<std::unique_ptr<scalapack_matrix>>& keep, const Run& run) {
  for (const int block : block_sizes) {
    keep.push_back(make_scalapack_matrix(world.native(), static_cast<int>(n), block, symmetric));
    scalapack_matrix* const m = keep.back().get();
    table.ways.push_back(
        {"ScaLAPACK by hand, blocks of " + std::to_string(block), [m, run] { run(*m); }});
  }
}
#endif

void measure_products(const communicator& world, index_t n, index_t repetitions) {
  const process_grid<2> rows(world, {world.size(), 1});
  global_array<double, 2> a(rows, {n, n});
  a.fill(matrix_element);
  global_array<double, 2> c(rows, {n, n});
  matmul(a, a, c);
  check_product(c, a);
  local_products local(world, n);
  const double d = static_cast<double>(n);
  row table{"product of " + std::to_string(n) + " x " + std::to_string(n) + " doubles",
            2 * d * d * d,
            {{"local dgemm of each rank's rows", [&] { local.run(); }},
             {"gather_all, dgemm", [&] { local.run_gathered(a); }},
             {"Tessera matmul, by rows", [&] { matmul(a, a, c); }},
             {"Tessera matmul, a transposed", [&] { matmul(a.transpose(), a, c); }},
             {"Tessera matmul, in order", [&] { matmul(a, a, c, {.in_order = true}); }}}};
#ifdef TESSERA_HAS_SCALAPACK
  std::vector<std::unique_ptr<scalapack_matrix>> keep;
  add_scalapack(table, world, n, false, keep, [](scalapack_matrix& m) { m.multiply(); });
#endif
  print(world, table, repetitions);
}

#ifdef TESSERA_HAS_MATRICES
void measure_equations(const communicator& world, index_t n, index_t repetitions) {
  const process_grid<2> rows(world, {world.size(), 1});
  global_array<double, 2> a(rows, {n, n});
  a.fill(matrix_element);
  const auto b = ones(rows, shape_t<2>{n, 1});
  const double d = static_cast<double>(n);
  row table{"\nequations of " + std::to_string(n) + " x " + std::to_string(n) + " doubles",
            2.0 / 3 * d * d * d,
            {{"Tessera solve, by rows", [&] { linalg::solve(a, b); }}}};
#ifdef TESSERA_HAS_SCALAPACK
  std::vector<std::unique_ptr<scalapack_matrix>> keep;
  add_scalapack(table, world, n, false, keep, [](scalapack_matrix& m) { m.solve(); });
#endif
  print(world, table, repetitions);
}

void measure_eigenvectors(const communicator& world, index_t n, index_t repetitions) {
  const process_grid<2> rows(world, {world.size(), 1});
  global_array<double, 2> a(rows, {n, n});
  a.fill(symmetric_element);
  const double d = static_cast<double>(n);
  row table{"\neigenvectors of " + std::to_string(n) + " x " + std::to_string(n) + " doubles",
            9 * d * d * d,
            {{"Tessera eigh, by rows", [&] { linalg::eigh(a); }}}};
#ifdef TESSERA_HAS_SCALAPACK
  std::vector<std::unique_ptr<scalapack_matrix>> keep;
  add_scalapack(table, world, n, true, keep, [](scalapack_matrix& m) { m.find_eigenvectors(); });
#endif
  print(world, table, repetitions);
}
#endif

} // namespace

void run_matrices(const communicator& world, index_t n, index_t repetitions) {
  measure_products(world, n, repetitions);
#ifdef TESSERA_HAS_MATRICES
  measure_equations(world, n, repetitions);
  measure_eigenvectors(world, n / 2, repetitions);
#endif
}

} // namespace bench
