#include "watch/host_watch.hpp"

#include "ranks/rank_groups.hpp"
#include "watch/rank_state_text.hpp"

#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <thread>
#include <unistd.h>

namespace tessera::detail {

namespace {

using doing = rank_state::doing;
using clock = std::chrono::steady_clock;
using milliseconds = std::chrono::milliseconds;
constexpr std::uint64_t real_wait = 1000; // ms: shorter ones come and go
constexpr auto longest_inquiry = milliseconds(4000);
constexpr auto between_tries = milliseconds(5);
constexpr int looks_to_tell = 8; // of which there are twenty in a second
constexpr int looks_to_end = 100;

// The first letter of what hosts tell each other.
constexpr char of_state = 's';
constexpr char of_question = 'q';
constexpr char of_answer = 'a';
constexpr char of_patience = 'p';
constexpr char of_end = 'e';

std::string name_of_host() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// "node3 (ranks 4-7)" of each host, by the rank among the leaders.
std::vector<std::string> names_of_hosts(const communicator& leaders,
                                        const std::vector<int>& ranks) {
  const std::string own = fmt::format("{} ({})\n", name_of_host(), text_of_ranks(ranks));
  const std::string all = broadcast_text(leaders, gather_texts(leaders, own, 0), 0);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1)
    names.push_back(all.substr(at, all.find('\n', at) - at));
  return names;
}

bool is_waiting(doing what) {
  return what == doing::waits || what == doing::waits_for_all || what == doing::waits_for_message;
}

} // namespace

host_watch::host_watch(const communicator& comm, rank_boards& boards, std::uint64_t deadline)
    : boards_(boards), deadline_(deadline) {
  if (!boards.exist() || boards.are_complete()) return;
  const communicator leaders = comm.split(boards.leads() ? 0 : no_color);
  if (boards.leads()) {
    links_ = host_links(leaders);
    names_ = names_of_hosts(leaders, boards.ranks());
    states_.resize(static_cast<std::size_t>(links_.hosts()));
    answers_.resize(states_.size());
  }
  decides_ = allreduce_min(comm, !boards.leads() || links_.exist() ? 1 : 0) == 1;
  int level = MPI_THREAD_SINGLE;
  check_mpi(MPI_Query_thread(&level), "MPI_Query_thread");
  threads_call_mpi_ = level == MPI_THREAD_MULTIPLE;
}

host_watch::host_state host_watch::own_state() const {
  host_state own;
  if (!threads_call_mpi_) own.flags = is_still;
  for (const rank_board* const board : boards_.all()) {
    const doing what = board->what;
    const std::uint64_t stalled = board->stalled;
    const std::uint64_t allowed = board->patience;
    if (what == doing::has_failed) own.flags |= fails;
    if (what == doing::computes || stalled < allowed) own.flags &= ~unsigned{is_still};
    if (is_waiting(what) && stalled >= real_wait) own.flags |= waits;
    if (what == doing::waits_for_all && stalled >= allowed) own.flags |= waits_for_call | waits;
    if (is_waiting(what) && stalled >= allowed) own.flags |= waits;
    if ((own.flags & waits) != 0) own.longest = std::max(own.longest, stalled);
    own.patience = std::max(own.patience, allowed);
    if (board->left_alone == 0) continue;
    own.flags |= is_left;
    own.exit_code = board->left_alone - 1;
  }
  return own;
}

std::string host_watch::text_of(const host_state& state) {
  return fmt::format("{} {} {} {}\n", state.flags, state.exit_code, state.longest, state.patience);
}

host_watch::host_state host_watch::state_of(const std::string& text) {
  host_state state;
  unsigned long longest = 0;
  unsigned long allowed = 0;
  if (std::sscanf(text.c_str(), "%u %d %lu %lu", &state.flags, &state.exit_code, &longest,
                  &allowed) != 4)
    return {};
  state.longest = longest;
  state.patience = allowed;
  return state;
}

bool host_watch::any_has(unsigned flags) const {
  return std::any_of(states_.begin(), states_.end(),
                     [flags](const host_state& state) { return (state.flags & flags) != 0; });
}

bool host_watch::wait_in_vain() const {
  if (any_has(fails)) return false; // it tells so itself
  if (any_has(waits_for_call | is_left)) return true;
  return any_has(waits) && std::all_of(states_.begin(), states_.end(), [](const host_state& state) {
           return (state.flags & is_still) != 0;
         });
}

void host_watch::be_patient() {
  for (rank_board* const board : boards_.all())
    if (board->stalled >= board->patience) board->patience += deadline_;
}

/// Whether a process is stopped, the state, and where the ranks are.
void host_watch::answer_hub(const std::function<void()>& answer) {
  const std::vector<rank_state> ranks = boards_.ask(answer);
  const char stopped = boards_.is_any_stopped() ? '1' : '0';
  const std::string text =
      of_answer + (stopped + text_of(own_state())) + text_of_states(ranks, boards_.ranks());
  boards_.unclaim();
  links_.send(0, text);
}

void host_watch::take(const host_links::message& message, const std::function<void()>& answer) {
  if (message.text.empty()) return;
  const auto host = static_cast<std::size_t>(message.host);
  const std::string rest = message.text.substr(1);
  switch (message.text.front()) {
  case of_state: states_[host] = state_of(rest); break;
  case of_answer: answers_[host] = rest; break;
  case of_question: answer_hub(answer); break;
  case of_patience: be_patient(); break;
  case of_end: over_ = verdict{"", state_of(rest).exit_code}; break;
  default: break; // of a later version
  }
}

std::optional<host_watch::verdict> host_watch::look(const std::function<void()>& answer) {
  for (const host_links::message& message : links_.receive()) take(message, answer);
  if (over_) return over_;
  host_state& mine = states_[static_cast<std::size_t>(links_.host())];
  host_state now = own_state();
  // What the hub decides by; times are told with the answers.
  const bool is_same = now.flags == mine.flags && now.exit_code == mine.exit_code;
  mine = now;
  if (!links_.is_hub() && !is_same) links_.send(0, of_state + text_of(mine));
  if (auto silence = verdict_on_silence()) {
    if (silence->ends) links_.send_all(of_end + text_of({0, silence->exit_code, 0, 0}));
    return silence;
  }
  if (links_.is_hub() && silent_looks_ == 0 && wait_in_vain()) return inquire(answer);
  return {};
}

std::vector<rank_state> host_watch::ask_all(const std::function<void()>& answer) {
  std::fill(answers_.begin(), answers_.end(), std::string());
  links_.send_all(std::string(1, of_question));
  std::vector<rank_state> ranks = boards_.ask(answer);
  any_stopped_ = boards_.is_any_stopped();
  states_[0] = own_state();
  const auto deadline = clock::now() + longest_inquiry;
  const auto is_awaited = [this](int host) {
    return links_.is_open(host) && !links_.is_silent(host) &&
           answers_[static_cast<std::size_t>(host)].empty();
  };
  for (int host = 1; host < links_.hosts(); ++host) {
    while (is_awaited(host) && clock::now() < deadline) {
      std::this_thread::sleep_for(between_tries);
      for (const host_links::message& message : links_.receive()) take(message, answer);
    }
    const std::string& text = answers_[static_cast<std::size_t>(host)];
    if (text.empty()) continue;
    any_stopped_ = any_stopped_ || text.front() == '1';
    states_[static_cast<std::size_t>(host)] = state_of(text.substr(1));
    take_states(std::string_view(text).substr(text.find('\n') + 1), ranks);
  }
  return ranks;
}

std::optional<host_watch::verdict> host_watch::inquire(const std::function<void()>& answer) {
  const bool is_certain = any_has(waits_for_call | is_left);
  const std::vector<rank_state> ranks = ask_all(answer);
  boards_.unclaim();
  if (!links_.silent().empty()) return {}; // the next looks tell
  std::uint64_t allowed = 0;
  std::uint64_t longest = 0;
  int exit_code = 1;
  for (const host_state& state : states_) {
    allowed = std::max(allowed, state.patience);
    longest = std::max(longest, state.longest);
    if ((state.flags & is_left) != 0) exit_code = std::max(exit_code, state.exit_code);
  }
  if (any_stopped_ || (are_late_only(ranks) && allowed < most_late * deadline_)) {
    links_.send_all(std::string(1, of_patience));
    be_patient();
    return {};
  }
  // The question may have ended a rank's sleep: who is late for a call is late all the same.
  if (!is_certain && !wait_in_vain()) return {};
  links_.send_all(of_end + text_of({0, exit_code, 0, 0}));
  return verdict{stall_report(ranks, static_cast<double>(longest) / 1000), exit_code};
}

std::string host_watch::silent_text() const {
  std::string names;
  for (const int host : links_.silent())
    names += (names.empty() ? "" : ", ") + names_[static_cast<std::size_t>(host)];
  return names;
}

/// Of hosts that are silent while ranks wait, it says so soon, and some time later ends the job.
/// Looks are counted, as the own host may have been stopped meanwhile.
std::optional<host_watch::verdict> host_watch::verdict_on_silence() {
  if (links_.silent().empty() || !any_has(waits | waits_for_call)) {
    silent_looks_ = 0;
    return {};
  }
  ++silent_looks_;
  // What is said on a host without a network, mpirun's daemon would keep for mpirun, and not end.
  if (silent_looks_ == looks_to_tell && links_.has_carrier())
    return verdict{fmt::format("host {} does not answer, and ranks wait: is it switched off, or "
                               "its network? The job ends in a few seconds, unless it comes back",
                               silent_text()),
                   1, false};
  if (silent_looks_ < looks_to_end) return {};
  return verdict{fmt::format("the job ends, since host {} does not answer", silent_text())};
}

} // namespace tessera::detail
