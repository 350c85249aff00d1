/// @file
/// To and from Boost.MPI's communicator, for messages of objects. In a header of its own: Boost.MPI
/// takes seconds to compile. Link `tessera::boost_mpi`.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/distributed/communicator.hpp>

#include <boost/mpi/communicator.hpp>

namespace tessera {

/// The same communicator for Boost.MPI, which does not free it: it must not outlive `comm`. Local.
inline boost::mpi::communicator to_boost(const communicator& comm) {
  return {comm.native(), boost::mpi::comm_attach};
}

/// The same communicator for this library: it must not outlive Boost.MPI's. Local.
inline communicator from_boost(const boost::mpi::communicator& comm) {
  return communicator(static_cast<MPI_Comm>(comm));
}

} // namespace tessera

#pragma pop_macro("min")
#pragma pop_macro("max")
