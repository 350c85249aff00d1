/// @file
/// Copies of whole global arrays between distributions.
#pragma once

#include <tessera/distributed/arrays/copy_plan.hpp>
#include <tessera/distributed/arrays/global_array_class.hpp>

namespace tessera {

/// How elements travel.
struct copy_options {
  /// Most bytes that any rank's buffers may take; longer messages go in pieces. 0: no limit.
  index_t max_bytes = 0;
};

/// Copies every element of one array to its place under another's distribution. Both have the same
/// shape and ranks; they may be the same array. Collective; each element travels once at most, one
/// message between two ranks.
/// @throws shape_error naming both shapes, argument_error when the ranks differ, or when max_bytes
/// leaves some message no room at all; on all ranks.
///
///     global_array<double, 2> columns(process_grid<2>(world, {1, 0}), u.shape());
///     redistribute(u, columns);
template <class T, std::size_t N>
void redistribute(const global_array<T, N>& from, global_array<T, N>& to,
                  const copy_options& options = {}) {
  const auto target = to.view().node();
  const auto source = from.view().node();
  detail::copy_between(target.ref(), source.ref(), options.max_bytes);
}

/// The messages of `redistribute` between arrays like these, for repeated use:
/// `plan.run(from, to)`. Local.
/// @throws shape_error naming both shapes when they differ, argument_error when the ranks differ
/// or the two are one array.
template <class T, std::size_t N>
[[nodiscard]] copy_plan redistribution_plan(const global_array<T, N>& from,
                                            const global_array<T, N>& to) {
  return copy_plan(from, to);
}

} // namespace tessera
