#include "sorting/sort_peers.hpp"

namespace bench {

std::vector<candidate> make_sort_peers([[maybe_unused]] const std::string& task) {
  std::vector<candidate> all;
#ifdef TESSERA_HAS_NUMPY
  all.push_back(make_numpy_sort(task));
#endif
  return all;
}

} // namespace bench
