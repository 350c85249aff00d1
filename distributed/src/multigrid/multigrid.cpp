#include <tessera/core/error.hpp>
#include <tessera/distributed/multigrid/multigrid_class.hpp>

#include <fmt/core.h>

#include <cmath>

namespace tessera::detail {

void check_symbol(const kernel_symbol& symbol) {
  if (symbol.of_zero != 0)
    throw argument_error(
        fmt::format("multigrid: the kernel makes {} of zeros; it must be linear", symbol.of_zero));
  if (!(symbol.diagonal > 0) || !std::isfinite(symbol.highest))
    throw argument_error(fmt::format(
        "multigrid: the kernel takes the cell itself times {}; that must be positive: change the "
        "sign of the kernel and of b",
        symbol.diagonal));
}

void check_multigrid(const multigrid_options& options, index_t size) {
  if (size == 0) throw argument_error("multigrid: an array without elements");
  if (options.steps < 1)
    throw argument_error(
        fmt::format("multigrid: {} steps of smoothing; 1 or more are needed", options.steps));
}

void check_two_coloured(bool is_two_coloured) {
  if (!is_two_coloured)
    throw argument_error("multigrid: red_black needs a kernel that reads the cell itself and cells "
                         "of the other colour alone; use chebyshev or jacobi for others");
}

void check_fits_multigrid(const global_block& x, const global_block& finest) {
  if (x.axes() != finest.axes() || !x.comm().same_ranks(finest.comm()))
    throw argument_error(fmt::format("multigrid was made for {}, and x has {}",
                                     distribution_text(finest.axes().data(), finest.axes().size()),
                                     distribution_text(x.axes().data(), x.axes().size())));
  if (!has_conditions_of(x, finest))
    throw argument_error("multigrid was made for an x with other boundary conditions");
}

} // namespace tessera::detail
