#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/global_array.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace tessera::detail {

block_storage::block_storage(const communicator& comm, index_t bytes)
    : memory_(collectively(comm, [&] { return buffer(static_cast<std::size_t>(bytes)); })) {}

void throw_distributions(const std::string& a, const std::string& b) {
  throw argument_error("arrays of different distributions in one expression: " + a + ", and " + b +
                       "; redistribute one of them first");
}

void check_grid_fits(const axes_span& axes, int ranks) {
  std::int64_t product = 1;
  for (const axis_distribution& axis : axes) product *= axis.parts();
  if (product != ranks)
    throw argument_error("a distribution of " + distribution_text(axes.data(), axes.size()) +
                         " on a communicator of " + std::to_string(ranks) + " ranks");
}

void check_halo(const axes_span& axes, const std::vector<halo_axis>& halo, index_t itemsize) {
  constexpr index_t widest = std::numeric_limits<index_t>::max() / 4; // two and a block add up
  std::vector<index_t> shape;
  std::vector<index_t> padded;
  for (std::size_t d = 0; d < halo.size(); ++d) {
    if (halo[d].lower < 0 || halo[d].upper < 0)
      throw argument_error("a halo of width (" + std::to_string(halo[d].lower) + ", " +
                           std::to_string(halo[d].upper) + ") along axis " + std::to_string(d) +
                           "; widths are 0 or more");
    shape.push_back(axes[d].size());
    padded.push_back(std::min(shape[d], widest) + std::min(halo[d].lower, widest) +
                     std::min(halo[d].upper, widest));
  }
  // No block is larger than the whole with its halo; all ranks find the same.
  checked_size(shape.data(), shape.size(), itemsize);
  checked_size(padded.data(), padded.size(), itemsize);
}

void check_root(int root, int ranks) {
  if (root < 0 || root >= ranks)
    throw argument_error("there is no rank " + std::to_string(root) + " among " +
                         std::to_string(ranks));
}

void check_scatter(const communicator& comm, int root, const index_t* given,
                   const index_t* expected, std::size_t ndim) {
  std::vector<index_t> shape(given, given + ndim);
  broadcast(comm, shape.data(), static_cast<index_t>(ndim), root);
  if (shape != std::vector<index_t>(expected, expected + ndim))
    throw shape_error("cannot scatter shape " + tuple_text(shape.data(), ndim) +
                      " to a global array of shape " + tuple_text(expected, ndim));
}

} // namespace tessera::detail

namespace tessera {

template class global_array<double, 1>;
template class global_array<double, 2>;
template class global_array<double, 3>;
template class global_array<float, 1>;
template class global_array<float, 2>;
template class global_array<float, 3>;

} // namespace tessera
