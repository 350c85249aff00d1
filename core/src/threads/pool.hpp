// The threads of a process beside those of the user.
#pragma once

namespace tessera::detail {

/// The largest number of threads in a process.
inline constexpr int most_threads = 1024;

} // namespace tessera::detail
