#include "job/node_processes.hpp"

#include <tessera/distributed/collectives.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace tessera::detail {

namespace {

constexpr int has_failed = 0x7e55; // no number that others send

/// Ends with 0, which no process has. A handler may read it at any time.
std::atomic<const pid_t*> others_of_node = nullptr;
std::vector<pid_t> noted_others;

/// Processes that have the same one can send each other signals: of one host, and of one container.
std::int64_t mark_of_node() {
  std::array<char, 256> text{};
  ::gethostname(text.data(), text.size() - 1);
  std::string mark = text.data();
  const ssize_t length = ::readlink("/proc/self/ns/pid", text.data(), text.size() - 1);
  if (length > 0) mark.append(text.data(), static_cast<std::size_t>(length));
  return static_cast<std::int64_t>(std::hash<std::string_view>()(mark));
}

} // namespace

node_processes::node_processes(const communicator& comm) {
  const std::int64_t mark = mark_of_node();
  const std::vector<std::int64_t> marks = allgather(comm, mark);
  const std::vector<std::int64_t> processes = allgather(comm, std::int64_t{::getpid()});
  if (!noted_others.empty()) return;
  is_first_ = true;
  for (std::size_t k = 0; k < marks.size(); ++k)
    if (marks[k] == mark && processes[k] != ::getpid())
      noted_others.push_back(static_cast<pid_t>(processes[k]));
  noted_others.push_back(0);
  others_of_node = noted_others.data();
}

node_processes::~node_processes() {
  if (!is_first_) return;
  others_of_node = nullptr;
  noted_others.clear();
}

void end_other_processes() noexcept {
  sigval value{};
  value.sival_int = has_failed;
  const pid_t* process = others_of_node.exchange(nullptr);
  for (; process != nullptr && *process != 0; ++process) ::sigqueue(*process, SIGTERM, value);
}

bool is_end_of_other(const siginfo_t& signal) noexcept {
  return signal.si_signo == SIGTERM && signal.si_code == SI_QUEUE &&
         signal.si_value.sival_int == has_failed;
}

} // namespace tessera::detail
