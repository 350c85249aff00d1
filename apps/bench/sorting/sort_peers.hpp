// Sorts by other libraries; each exists only where its library was found.
#pragma once

#include "measure.hpp"

#include <string>
#include <vector>

namespace bench {

/// What can do "sort float64 1000" by itself, on one rank.
std::vector<candidate> make_sort_peers(const std::string& task);

candidate make_numpy_sort(const std::string& task);

} // namespace bench
