#include "ranks/left_behind.hpp"

#include "stack/call_site.hpp"

#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <vector>

namespace tessera::detail {

namespace {

constexpr int most_messages = 4;

bool is_told() { return checks_arguments() && std::uncaught_exceptions() == 0; }

void say(const std::string& text) { std::fprintf(stderr, "tessera: %s\n", text.c_str()); }

/// The next message that nobody has received, if there is one.
std::string next_unreceived(const communicator& comm) {
  int found = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status state;
  check_mpi(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm.native(), &found, &message, &state),
            "MPI_Improbe");
  if (found == 0) return {};
  int bytes = 0;
  check_mpi(MPI_Get_count(&state, MPI_BYTE, &bytes), "MPI_Get_count");
  std::vector<char> gone(static_cast<std::size_t>(bytes));
  check_mpi(MPI_Mrecv(gone.data(), bytes, MPI_BYTE, &message, MPI_STATUS_IGNORE), "MPI_Mrecv");
  return fmt::format("rank {} never received a message of {} bytes from rank {} with tag {}",
                     comm.rank(), bytes, state.MPI_SOURCE, state.MPI_TAG);
}

} // namespace

void report_unreceived(const communicator& comm) noexcept {
  if (!is_told()) return;
  try {
    for (int told = 0; told < most_messages; ++told) {
      const std::string text = next_unreceived(comm);
      if (text.empty()) return;
      say(text + "; every message that is sent must be received before its communicator ends");
    }
  } catch (const std::exception& failure) {
    say(failure.what());
  }
}

void report_dropped(const communicator& comm, const char* what, const char* advice) noexcept {
  if (!is_told()) return;
  try {
    const call_site site = find_call_site();
    say(fmt::format("rank {} dropped {} that was under way{}; {}", comm.rank(), what,
                    site.has_line ? ", at " + site.place : "", advice));
  } catch (const std::exception& failure) {
    say(failure.what());
  }
}

} // namespace tessera::detail
