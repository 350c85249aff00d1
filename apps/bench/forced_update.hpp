// Halo exchanges to be measured.
#pragma once

#include <tessera/distributed.hpp>

namespace bench {

/// As after an assignment: an update is an exchange.
template <class T, std::size_t N> void forced_update(tessera::global_array<T, N>& u) {
  tessera::detail::block_of(u)->mark_written();
  u.update_halo();
}

} // namespace bench
