#include "cyclic_matrix.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/copies/view_copies.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>

namespace tessera::detail {

namespace {

int counted(index_t n) {
  if (n > std::numeric_limits<int>::max())
    throw argument_error(
        fmt::format("a matrix of {} rows or columns; ScaLAPACK counts to 2147483647", n));
  return static_cast<int>(n);
}

axis_distribution dealt_out(index_t n, int parts, int block_length) {
  return axis_distribution::cyclic(counted(n), parts, block_length);
}

} // namespace

cyclic_matrix::cyclic_matrix(const communicator& comm, const blacs_grid& grid, index_t rows,
                             index_t columns, index_t itemsize, int block_length)
    : shape_{rows, columns}, walks_{{0, 1, 1}, {0, 1, 0}}, turned_walks_{{0, 1, 0}, {0, 1, 1}},
      block_(comm,
             {dealt_out(columns, grid.columns(), block_length),
              dealt_out(rows, grid.rows(), block_length)},
             std::vector<halo_axis>(2), itemsize, grid.ranks(), '?') {
  const int values[] = {1,
                        grid.context(),
                        counted(rows),
                        counted(columns),
                        block_length,
                        block_length,
                        0,
                        0,
                        static_cast<int>(std::max<index_t>(own_rows(), 1))};
  std::copy(std::begin(values), std::end(values), of_);
}

view_ref cyclic_matrix::ref(const index_t* shape) {
  return {2, shape, block_.itemsize(), &block_, walks_, fixed_};
}

view_ref cyclic_matrix::turned() {
  return {2, shape_, block_.itemsize(), &block_, turned_walks_, fixed_};
}

void cyclic_matrix::load(const view_ref& from) { copy_between(ref(shape_), from); }

void cyclic_matrix::store(const view_ref& to) { copy_between(to, ref(to.shape)); }

void cyclic_matrix::load_turned(const view_ref& from) { copy_between(turned(), from); }

void cyclic_matrix::store_turned(const view_ref& to) { copy_between(to, turned()); }

} // namespace tessera::detail
