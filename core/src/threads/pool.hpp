// The threads of a process beside those of the user.
#pragma once

namespace tessera::detail {

/// The largest number of threads in a process.
inline constexpr int most_threads = 1024;

/// From now on, the calling thread does by itself what threads could share.
void work_alone();

} // namespace tessera::detail
