// The benchmark `tessera-bench scale`.
#pragma once

namespace bench {

/// What plans cost one rank of as many as nobody has at hand: messages of a halo exchange, and the
/// messages, time and memory of a redistribution. Plans take the rank as an argument, so that one
/// process answers. Prints tables.
void run_scale();

} // namespace bench
