// All ranks of the test program.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera_test {

inline tessera::communicator world() { return tessera::communicator::world(); }

} // namespace tessera_test
