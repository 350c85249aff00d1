// NumPy, in a process of its own.
#ifdef TESSERA_HAS_NUMPY // told by peers.cmake
#include "numpy_sort_script.hpp"
#include "peers/python_process.hpp"
#include "sorting/sort_peers.hpp"

#include <memory>
#include <string>

namespace bench {

candidate make_numpy_sort(const std::string& task) {
  const auto python = std::make_shared<python_process>(numpy_sort_script);
  python->ask(task);
  candidate c{"NumPy", nullptr};
  c.run_elsewhere = [python](int times) { return std::stod(python->ask(std::to_string(times))); };
  return c;
}

} // namespace bench

#endif
