/// @file
/// Copies between global arrays on different communicators.
#pragma once

#include <tessera/distributed/copies/group_copies.hpp>
#include <tessera/distributed/global_array.hpp>

namespace tessera {

/// Copies every element of one array to its place in another of the same shape, which may be on
/// other ranks and distributed in any way: groups of ranks with something in common, or nothing.
/// Collective over `parent`, which has the ranks of both. Ranks that are not among those of an
/// array give one that was made without arguments; the two must not be the same array.
///
/// Costs what a redistribution does: an element travels once at most, one message between two
/// ranks; before, the ranks tell each other who owns what (some Allreduces and Broadcasts of a few
/// bytes for each rank).
///
///     global_array<double, 2> ocean, coupled;             // empty on ranks that have no part
///     if (!ocean_ranks.is_null()) ocean = {process_grid<2>(ocean_ranks), {400, 300}};
///     if (!coupler.is_null()) coupled = {process_grid<2>(coupler), {400, 300}};
///     copy_between(world, ocean, coupled);
///
/// @throws shape_error naming both shapes, argument_error where not all ranks of an array give it;
/// on all ranks.
template <class T, std::size_t N>
void copy_between(const communicator& parent, const global_array<T, N>& from,
                  global_array<T, N>& to) {
  const bool has_from = from.comm().size() > 0;
  const bool has_to = to.comm().size() > 0;
  detail::global_node<T, N> source{};
  detail::global_node<T, N> target{};
  detail::view_ref from_ref{};
  detail::view_ref to_ref{};
  if (has_from) from_ref = (source = from.view().node()).ref();
  if (has_to) to_ref = (target = to.view().node()).ref();
  detail::copy_between_groups(parent, has_from ? &from_ref : nullptr, has_to ? &to_ref : nullptr);
}

} // namespace tessera
