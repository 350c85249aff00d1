#include "one_sided_peers.hpp"

namespace bench {

std::vector<std::unique_ptr<one_sided_way>>
make_one_sided_peers([[maybe_unused]] const one_sided_task& task) {
  std::vector<std::unique_ptr<one_sided_way>> all;
#ifdef TESSERA_HAS_GLOBAL_ARRAYS
  all.push_back(make_global_arrays_one_sided(task));
#endif
  return all;
}

} // namespace bench
