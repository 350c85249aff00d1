// The initial field.
#pragma once

#include "options.hpp"

#include <tessera/distributed.hpp>

#include <array>

namespace heat {

template <std::size_t N> using field = tessera::global_array<double, N>;

/// The shape that the options ask for, of 2 or 3 axes; of a text file, only that it has 2.
/// Collective.
std::vector<index_t> shape_of_input(const options& o, const tessera::communicator& world);

/// The built-in field at a point whose coordinates run from 0 to 1 along each axis: a bottle of hot
/// water in a cooler room. In 2-D, the first axis points down; in 3-D the second, and the bottle is
/// round.
double bottle(const std::array<double, 2>& at);
double bottle(const std::array<double, 3>& at);

/// The initial field of a shape from shape_of_input, over the grid that the options ask for, with a
/// halo as deep as the steps that are taken at a time. Collective.
template <std::size_t N>
field<N> initial_field(const options& o, const tessera::communicator& world,
                       const std::vector<index_t>& shape);

} // namespace heat
