#include "ranks/communicator_text.hpp"

namespace tessera::detail {

std::string given_name(const communicator& comm) {
  std::string name = comm.is_null() ? "" : comm.name();
  return name.starts_with("MPI") ? "" : name;
}

bool is_between_groups(const communicator& comm) {
  if (comm.is_null()) return false;
  int yes = 0;
  check_mpi(MPI_Comm_test_inter(comm.native(), &yes), "MPI_Comm_test_inter");
  return yes != 0;
}

std::string named_text(const communicator& comm, const char* preposition) {
  const std::string name = given_name(comm);
  if (is_between_groups(comm))
    return std::string(preposition) +
           (name.empty() ? "an intercommunicator" : "intercommunicator \"" + name + "\"");
  return name.empty() ? "" : std::string(preposition) + "communicator \"" + name + "\"";
}

std::string call_text(const communicator& comm, const char* call) {
  return call + named_text(comm, " in ");
}

std::string ranks_text(const communicator& comm) {
  const std::string who = is_between_groups(comm) ? "the remote group" : "the communicator";
  return comm.size() == 1 ? who + " has rank 0 alone"
                          : who + " has ranks 0 to " + std::to_string(comm.size() - 1);
}

} // namespace tessera::detail
