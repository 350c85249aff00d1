// How messages of errors speak of communicators.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <string>

namespace tessera::detail {

/// What the user calls it; nothing where only MPI has named it.
std::string given_name(const communicator& comm);
/// " of communicator "ocean"", with whatever word in front; nothing where nobody has named it.
std::string named_text(const communicator& comm, const char* preposition);
/// "send", or "send in communicator "ocean"" where it has been given a name; of calls between two
/// groups, that they are.
std::string call_text(const communicator& comm, const char* call);
/// "the communicator has ranks 0 to 3"
std::string ranks_text(const communicator& comm);

/// Are its peers the ranks of another group?
bool is_between_groups(const communicator& comm);

} // namespace tessera::detail
