#include "peers.hpp"

#include <string>

namespace bench {

std::vector<std::unique_ptr<peer>> make_peers() {
  std::vector<std::unique_ptr<peer>> all;
#ifdef TESSERA_HAS_GLOBAL_ARRAYS
  all.push_back(make_global_arrays());
#endif
#ifdef TESSERA_HAS_PETSC
  all.push_back(make_petsc());
#endif
  return all;
}

std::string peers_not_found() {
  std::string names;
  [[maybe_unused]] const auto add = [&](const char* name) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  };
#ifndef TESSERA_HAS_GLOBAL_ARRAYS
  add("Global Arrays");
#endif
#ifndef TESSERA_HAS_PETSC
  add("PETSc");
#endif
  return names;
}

} // namespace bench
