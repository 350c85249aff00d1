#include "ranks/started_agreement.hpp"

#include "ranks/rank_groups.hpp"
#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <algorithm>

namespace tessera::detail {

void started_agreement::start(const communicator& comm, const char* call,
                              const std::string& operands) {
  const std::string text = call + (operands.empty() ? "" : ": " + operands);
  mine_ = {};
  mine_.hash = fingerprint().add_bytes(text.data(), text.size()).value();
  std::copy_n(text.begin(), std::min(text.size(), mine_.text.size() - 1), mine_.text.begin());
  mine_.stack = current_stack();
  all_.resize(static_cast<std::size_t>(comm.size()));
  check_mpi(MPI_Iallgather(&mine_, sizeof mine_, MPI_BYTE, all_.data(), sizeof mine_, MPI_BYTE,
                           comm.native(), &request_),
            "MPI_Iallgather");
}

bool started_agreement::advance(bool blocking) {
  if (request_ == MPI_REQUEST_NULL) return true;
  int done = 1;
  check_mpi(blocking ? MPI_Wait(&request_, MPI_STATUS_IGNORE)
                     : MPI_Test(&request_, &done, MPI_STATUS_IGNORE),
            "MPI_Iallgather");
  if (done == 0) return false;
  const auto is_mine = [this](const note& other) { return other.hash == mine_.hash; };
  if (!std::all_of(all_.begin(), all_.end(), is_mine)) throw argument_error(disagreement());
  return true;
}

std::string started_agreement::disagreement() const {
  std::vector<std::string> texts;
  for (const note& each : all_) {
    const call_site site = find_call_site(each.stack);
    texts.push_back(each.text.data() + (site.has_line ? " (" + text_of(site) + ")" : ""));
  }
  return "ranks started different collective calls: " + text_of_groups(groups_of(texts)) +
         "; all ranks must start the same calls in the same order";
}

void started_agreement::give_up() noexcept { abandon(&request_, 1); }

} // namespace tessera::detail
