/// @file
/// Who sent how much to whom.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/distributed/parallel_profile.hpp>

#include <cstdint>

namespace tessera {

/// @name Who sent how much to whom
/// Bytes, or messages, that ranks of the world sent to each other: row `from`, column `to`.
/// Messages of collective calls are not in it, since MPI sends these. Local; a profile has it on
/// rank 0, of up to 1024 ranks.
///
///     const parallel_profile p = parallel_profile::run(world, [&] { solve(); });
///     if (world.rank() == 0) imsave("matrix.png", communication_matrix(p), {.color_bar = true});
///
/// @throws argument_error when the profile was not collected here, or is of more ranks.
/// @{
ndarray<std::int64_t, 2> communication_matrix(const parallel_profile& p);
ndarray<std::int64_t, 2> message_matrix(const parallel_profile& p);
/// @}

} // namespace tessera
