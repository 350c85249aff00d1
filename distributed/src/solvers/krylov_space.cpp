#include <tessera/core/error.hpp>
#include <tessera/distributed/solvers/chebyshev.hpp>
#include <tessera/distributed/solvers/gmres.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

/// Values and functions are zero alike in differences.
boundary_kind without_value(boundary_kind kind) {
  return kind == boundary_kind::function ? boundary_kind::fixed : kind;
}

} // namespace

bool has_conditions_of(const global_block& array, const global_block& other) {
  for (std::size_t d = 0; d < array.axes().size(); ++d)
    for (const bool upper : {false, true})
      if (without_value(array.boundary_at(d, upper)) != without_value(other.boundary_at(d, upper)))
        return false;
  return true;
}

bool has_bare_ends(const global_block& array) {
  return std::any_of(array.halo().begin(), array.halo().end(), [](const halo_axis& h) {
    return !h.periodic && ((h.lower > 0 && !h.fills_lower) || (h.upper > 0 && !h.fills_upper));
  });
}

void check_system(const char* solver, const global_block& x, const global_block& b) {
  if (&x == &b) throw argument_error(fmt::format("{}: x and b are the same array", solver));
  if (!x.comm().same_ranks(b.comm()))
    throw argument_error(fmt::format("{}: x and b are arrays over different ranks", solver));
  if (x.axes() != b.axes())
    throw argument_error(
        fmt::format("{}: x and b have different distributions: {}, and {}; redistribute one",
                    solver, distribution_text(x.axes().data(), x.axes().size()),
                    distribution_text(b.axes().data(), b.axes().size())));
}

void check_restart(index_t restart, std::size_t most) {
  if (restart < 1 || static_cast<std::size_t>(restart) > most)
    throw argument_error(fmt::format(
        "gmres: a restart after {} vectors; between 1 and {} are possible", restart, most));
}

void check_bounds(const eigenvalue_bounds& bounds) {
  if (!(bounds.lowest > 0) || !(bounds.highest >= bounds.lowest))
    throw argument_error(
        fmt::format("chebyshev: eigenvalues between {} and {}; bounds are positive, "
                    "the lower one first",
                    bounds.lowest, bounds.highest));
}

} // namespace tessera::detail
