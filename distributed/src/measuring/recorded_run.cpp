#include "measuring/recorded_run.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/measuring/parallel_profile_data.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace tessera {

namespace detail {

namespace {

/// Where to write at the end; empty: nowhere.
struct wanted_files {
  std::string table;
  std::string trace;
};
wanted_files& wanted() {
  static auto* const files = new wanted_files; // `exit` runs the end of `run`
  return *files;
}

/// What is in no other region.
std::optional<profile_region>& whole_run() {
  static auto* const region = new std::optional<profile_region>;
  return *region;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Each call takes 40 bytes, a message about as many.
index_t calls_in_trace() {
  const std::string text = environment("TESSERA_TRACE_CALLS");
  index_t calls = profile_options().largest_trace;
  if (text.empty()) return calls;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), calls);
  if (code == std::errc() && end == text.data() + text.size() && calls > 0) return calls;
  throw argument_error(
      fmt::format("TESSERA_TRACE_CALLS is '{}'; use a number of calls, such as 100000", text));
}

} // namespace

void begin_recorded_run(const communicator& comm) {
  // Processes on other machines may have another environment.
  std::string words = environment("TESSERA_PROFILE") + '\n' + environment("TESSERA_TRACE");
  index_t length = static_cast<index_t>(words.size());
  check_mpi(MPI_Bcast(&length, 1, MPI_INT64_T, 0, comm.native()), "MPI_Bcast");
  if (length == 1) return;
  words.resize(static_cast<std::size_t>(length));
  check_mpi(MPI_Bcast(words.data(), static_cast<int>(length), MPI_CHAR, 0, comm.native()),
            "MPI_Bcast");
  wanted().table = words.substr(0, words.find('\n'));
  wanted().trace = words.substr(words.find('\n') + 1);
  profile_options options;
  options.trace = !wanted().trace.empty();
  collectively(comm, [&] { options.largest_trace = calls_in_trace(); });
  parallel_profile::start(comm, options);
  whole_run().emplace("run", "", 0);
}

void stop_recorded_run() noexcept {
  whole_run().reset();
  if (!wanted().table.empty() || !wanted().trace.empty()) stop_parallel_profile();
}

void end_recorded_run(const communicator& comm) {
  const wanted_files files = std::exchange(wanted(), {});
  if (!files.trace.empty()) save_trace(comm, files.trace.c_str());
  if (files.table.empty()) return;
  parallel_profile p = parallel_profile::collected(comm);
  collectively(comm, [&] {
    if (comm.rank() != 0) return;
    if (files.table != "-") return p.save(files.table);
    std::fflush(stdout);
    std::fputs(p.strip_dirs().sort("time").stats().c_str(), stderr);
  });
}

} // namespace detail

void parallel_profile::at_end(const communicator& comm, const char* path) {
  detail::agree_if_checked(comm, "a profile at the end", [&] { return std::string(path); });
  // What the environment asks for goes on.
  const bool is_recorded = !detail::wanted().table.empty() || !detail::wanted().trace.empty();
  if (detail::wanted().table.empty()) detail::wanted().table = path;
  if (is_recorded) return;
  start(comm);
  detail::whole_run().emplace("run", "", 0);
}

} // namespace tessera
