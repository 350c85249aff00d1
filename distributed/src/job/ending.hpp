// How the ranks of a program end together.
#pragma once

#include "watch/departures.hpp"

#include <string>

namespace tessera::detail {

class call_watch;

/// How one rank ended.
struct outcome {
  departure how = departure::returned;
  int code = 0;
  std::string message; // of a failure
};

/// Ends all ranks together and returns their common exit code. `comm` is a communicator that
/// nothing else uses.
int end_together(const char* program_name, const communicator& comm, departure_watch& watch,
                 call_watch& calls, const outcome& mine);

} // namespace tessera::detail
