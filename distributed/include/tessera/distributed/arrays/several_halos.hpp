/// @file
/// Halos of several global arrays, which travel together.
#pragma once

#include <tessera/distributed/arrays/global_array_class.hpp>

namespace tessera {

/// Adds what the halos of `u` hold to the elements that they stand for; see
/// global_array::add_halo. Collective.
template <class T, std::size_t N> void add_halo(global_array<T, N>& u) { u.add_halo(); }

/// Fills the halos of several arrays, of any types and distributions, as far as they are stale. All
/// arrays over the same ranks share one message per neighbour, so that k arrays of one distribution
/// cost the messages of one, of k times the bytes. Collective.
/// @throws argument_error when an array is named twice.
///
///     update_halos(density, velocity, pressure);
template <class... Arrays> void update_halos(Arrays&... arrays) {
  detail::update_halos({detail::block_of(arrays)...});
}

/// The messages of `update_halos` when all these halos are stale. Collective, but without messages.
/// @throws argument_error when the arrays' ranks differ, or one is named twice.
template <class First, class... Rest> const transfer_plan& halo_plan(First& first, Rest&... rest) {
  return detail::block_of(first)->halo_plan({detail::block_of(first), detail::block_of(rest)...});
}

} // namespace tessera
