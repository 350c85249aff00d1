// All ranks in a ring.
#pragma once

#include "world.hpp"

namespace tessera_test {

inline int right() { return (world().rank() + 1) % world().size(); }
inline int left() { return (world().rank() + world().size() - 1) % world().size(); }

} // namespace tessera_test
