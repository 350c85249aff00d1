// Work that takes a given time.
#pragma once

#include <tessera/core/timer.hpp>

namespace tessera_test {

/// Seconds of computing.
inline void spin_for(double seconds) {
  const tessera::timer clock;
  while (clock.elapsed() < seconds) continue;
}

} // namespace tessera_test
