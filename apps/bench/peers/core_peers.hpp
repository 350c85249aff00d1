// The peers of `tessera-bench core` one by one; each exists only where its library was found.
#pragma once

#include "../core_library.hpp"

namespace bench {

std::unique_ptr<core_library> make_blas_core();
std::unique_ptr<core_library> make_blitz_core();
std::unique_ptr<core_library> make_eigen_core();
std::unique_ptr<core_library> make_numpy_core();
std::unique_ptr<core_library> make_sleef_core();
std::unique_ptr<core_library> make_xtensor_core();

} // namespace bench
