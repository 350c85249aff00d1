#include "field.hpp"

#include "../support/file_kind.hpp"

#include <tessera/core/profile.hpp>
#include <tessera/tessera.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace heat {

using namespace tessera;

namespace {

constexpr double hot = 90.0;
constexpr double room = 20.0;

enum class input_kind { built_in, npy, hdf5, text };

input_kind kind_of(const std::string& input) {
  if (input.empty()) return input_kind::built_in;
  if (apps::ends_with(input, ".npy")) return input_kind::npy;
  if (apps::ends_with(input, ".h5") || apps::ends_with(input, ".hdf5")) return input_kind::hdf5;
  return input_kind::text;
}

/// Half the width of the bottle at a height, 0 above and below it: neck, shoulders, body.
double half_width(double down) {
  constexpr double top = 0.10;
  constexpr double neck_ends = 0.34;
  constexpr double body_begins = 0.52;
  constexpr double bottom = 0.90;
  constexpr double neck = 0.065;
  constexpr double body = 0.19;
  if (down < top || down > bottom) return 0;
  if (down < neck_ends) return neck;
  if (down > body_begins) return body;
  const double part = (down - neck_ends) / (body_begins - neck_ends);
  return neck + (body - neck) * part * part * (3 - 2 * part);
}

} // namespace

double bottle(const std::array<double, 2>& at) {
  return std::abs(at[1] - 0.5) < half_width(at[0]) ? hot : room;
}

double bottle(const std::array<double, 3>& at) {
  return std::hypot(at[0] - 0.5, at[2] - 0.5) < half_width(at[1]) ? hot : room;
}

std::vector<index_t> shape_of_input(const options& o, const communicator& world) {
  std::vector<index_t> shape;
  switch (kind_of(o.input)) {
  case input_kind::built_in: return o.shape;
  case input_kind::text: return {0, 0}; // known when it has been read
  case input_kind::npy:
    shape = collectively(world, [&] { return read_npy_header(o.input).shape; });
    break;
  case input_kind::hdf5: shape = hdf5_file::open(world, o.input).shape(o.dataset); break;
  }
  if (shape.size() != 2 && shape.size() != 3)
    throw shape_error(
        fmt::format("'{}' holds an array of {} axes; the heat equation is solved in 2 or 3",
                    o.input, shape.size()));
  return shape;
}

namespace {

/// A halo for all steps between two exchanges; rows are fastest when they begin on cache lines.
template <std::size_t N> halo<N> halo_for(const options& o) {
  const index_t most = std::min<index_t>(N == 2 ? 16 : 8, o.steps_between_looks());
  return halo<N>(o.time_block > 0 ? o.time_block : most, o.periodic());
}

template <std::size_t N>
process_grid<N> grid_for(const options& o, const communicator& world, const shape_t<N>& shape) {
  grid_dims<N> dims{};
  std::copy(o.grid.begin(), o.grid.end(), dims.begin());
  return process_grid<N>(world, dims, shape);
}

template <std::size_t N> shape_t<N> fixed(const std::vector<index_t>& shape) {
  shape_t<N> result{};
  std::copy(shape.begin(), shape.end(), result.begin());
  return result;
}

} // namespace

template <std::size_t N>
field<N> initial_field(const options& o, const communicator& world,
                       const std::vector<index_t>& shape) {
  TESSERA_PROFILE("initial field");
  const halo<N> width = halo_for<N>(o);
  const input_kind kind = kind_of(o.input);
  if constexpr (N == 2) {
    if (kind == input_kind::text) {
      const field<2> rows = loadtxt<double>(world, o.input);
      field<2> u(grid_for<2>(o, world, rows.shape()), rows.shape(), width);
      redistribute(rows, u);
      return u;
    }
  }
  const shape_t<N> sizes = fixed<N>(shape);
  const process_grid<N> grid = grid_for<N>(o, world, sizes);
  if (kind == input_kind::npy) return load_npy<double, N>(grid, o.input, width);
  field<N> u(grid, sizes, width);
  if (kind == input_kind::hdf5) {
    hdf5_file::open(world, o.input).read(o.dataset, u);
    return u;
  }
  u.fill([&](auto... index) {
    std::array<double, N> at{};
    std::size_t d = 0;
    ((at[d] = (static_cast<double>(index) + 0.5) / static_cast<double>(sizes[d]), ++d), ...);
    return bottle(at);
  });
  return u;
}

template field<2> initial_field<2>(const options&, const communicator&,
                                   const std::vector<index_t>&);
template field<3> initial_field<3>(const options&, const communicator&,
                                   const std::vector<index_t>&);

} // namespace heat
