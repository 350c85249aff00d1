// One-sided access by other libraries; each exists only where its library was found.
#pragma once

#include "hand_one_sided.hpp"

#include <memory>
#include <vector>

namespace bench {

/// Those that are there. Collective.
std::vector<std::unique_ptr<one_sided_way>> make_one_sided_peers(const one_sided_task& task);

std::unique_ptr<one_sided_way> make_global_arrays_one_sided(const one_sided_task& task);

} // namespace bench
