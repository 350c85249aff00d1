// Clocks of several ranks, which may be on several machines.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// What a rank's clock shows more than that of rank 0, at one moment by its own clock.
struct clock_offset {
  double at = 0;
  double seconds = 0;
};

/// Of this rank, by messages between it and rank 0: half of the shortest there and back. What
/// cannot be told from 0 is 0. Collective.
clock_offset measured_offset(const communicator& comm);

/// Measures now, for what is recorded from now on. Collective.
void align_clocks_at_start(const communicator& comm);
[[nodiscard]] clock_offset offset_at_start();

/// A reading of this rank's clock as one of rank 0's: between two measurements, offsets change
/// at one rate.
double aligned(double reading, const clock_offset& first, const clock_offset& last);

} // namespace tessera::detail
