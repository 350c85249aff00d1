// From MPI_Init to MPI_Finalize: who watches, and what is on.
#pragma once

#include "counted_call.hpp"
#include "hidden_communicator.hpp"
#include "inside.hpp"

#include <string>

namespace tessera::detail {

/// Are raw calls compared and watched? Not before MPI has started, on one rank, with
/// TESSERA_CHECK=0, or while a profile is recorded that compared calls would distort.
bool is_checking() noexcept;

/// Is this call to be looked at?
inline bool is_looked_at(const void* return_address) {
  return (is_checking() || is_counting()) && !inside::is() && is_of_program(return_address);
}

/// After MPI has started, by a call that returns to `caller`. Collective.
void begin_session(const void* caller);
/// Before MPI ends: no rank goes on before all have come here. Collective.
void end_session();

/// Ranks have found out that they disagree: one of them says so, and the job ends.
[[noreturn]] void end_job(const std::string& message, bool is_mine_to_say);

} // namespace tessera::detail
