// The peers one by one; each exists only where its library was found.
#pragma once

#include "../heat_step.hpp"

namespace bench {

std::unique_ptr<peer> make_petsc();
std::unique_ptr<peer> make_global_arrays();

} // namespace bench
