// What tests of stages have in common.
#pragma once

#include "message_of.hpp"
#include "twin_fields.hpp"

#include <tessera/distributed/stencils/stages.hpp>

#include <string>

namespace tessera_test {

using array = global_array<double, 2>;

inline array mixed(const shape_t<2>& shape, const halo<2>& width, index_t seed) {
  array u(rows_grid(world()), shape, width);
  fill_mixed(u, seed);
  return u;
}

inline bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

} // namespace tessera_test
