#include "watch/call_watch.hpp"

#include "stack/call_site.hpp"
#include "watch/blocked_signals.hpp"
#include "watch/print_message.hpp"
#include "watch/wrapped_calls.hpp"

#include <tessera/core/files/output_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace tessera::detail {

namespace {

using doing = rank_state::doing;
using milliseconds = std::chrono::milliseconds;
using steady = std::chrono::steady_clock;
constexpr milliseconds between_sights{50};
constexpr milliseconds time_to_print{200};     // before the others go
constexpr milliseconds time_of_others{3000};   // to say what they have found
constexpr std::uint64_t bytes_per_ms = 10'000; // of the slowest network

/// TESSERA_CHECK_SECONDS in ms, from a twentieth of a second upwards.
std::uint64_t deadline_of_environment() {
  constexpr double usual = 10;
  constexpr double most = 1e9;
  const char* const text = std::getenv("TESSERA_CHECK_SECONDS");
  const double given = text != nullptr ? std::strtod(text, nullptr) : usual;
  return static_cast<std::uint64_t>(1000 * (given > 0.05 ? std::min(given, most) : usual));
}

template <std::size_t N> void copy_text(const std::string& text, std::array<char, N>& to) {
  const std::size_t length = std::min(text.size(), N - 1);
  std::copy_n(text.begin(), length, to.begin());
  to[length] = '\0';
}

/// "sum at heat.cpp:41", "computes at heat.cpp:57"
std::string text_of_place(doing what, const call_site& site) {
  std::string text = text_of(site);
  if (what != doing::computes || !site.call.empty()) return text;
  return std::string(site.has_line ? "computes at " : "computes ") + text;
}

} // namespace

call_watch::call_watch(const char* program_name, const communicator& comm)
    : name_(program_name), deadline_(deadline_of_environment()), boards_(comm),
      hosts_(comm, boards_, deadline_) {
  if (!boards_.exist()) return;
  outer_note_ = own_note;
  own_note = &note_;
  if (own_record == nullptr) own_record = &own_waits_;
  record_ = own_record;
  int level = MPI_THREAD_SINGLE;
  check_mpi(MPI_Query_thread(&level), "MPI_Query_thread");
  threads_call_mpi_ = level == MPI_THREAD_MULTIPLE;
  watch_wrapped_calls(record_, &note_);
  resume();
}

void call_watch::resume() {
  if (!boards_.exist()) return;
  boards_.mine().patience = deadline_;
  last_look_ = steady::now();
  stalled_ = 0;
  stops_ = false;
  stack_.emplace();
  const blocked_signals none;
  thread_ = std::thread([this] { work(); });
}

void call_watch::stop() {
  stops_ = true;
  if (thread_.joinable()) thread_.join();
}

void call_watch::pause() {
  if (!boards_.exist()) return;
  stop();
  stack_.reset();
  boards_.mine().what = doing::computes;
  boards_.mine().stalled = 0;
}

call_watch::~call_watch() {
  if (!boards_.exist()) return;
  stop();
  stack_.reset();
  own_note = outer_note_;
  if (own_record == &own_waits_) own_record = nullptr;
  watch_wrapped_calls(outer_note_ != nullptr ? own_record : nullptr, outer_note_);
}

void call_watch::leave(const std::string& how, bool has_failed) {
  if (!boards_.exist()) return;
  own_note = nullptr;
  watch_wrapped_calls(record_, nullptr);
  copy_text(how, how_left_);
  left_ = has_failed ? doing::has_failed : doing::has_left;
}

void call_watch::work() {
  const auto pause = std::min(between_sights, milliseconds(deadline_ / 10));
  while (!stops_ || boards_.is_claimed()) {
    look();
    std::this_thread::sleep_for(pause);
  }
}

void call_watch::look() {
  rank_board& mine = boards_.mine();
  if (mine.over != 0) {
    std::this_thread::sleep_for(2 * time_to_print);
    end(1);
  }
  note_stall(look_at_rank());
  if (mine.asked != 0 && mine.answered == 0) answer();
  if (hosts_.leads()) look_at_hosts();
  if (!hosts_.decides() && waits_in_vain()) tell_if_so();
}

void call_watch::look_at_hosts() {
  const auto verdict = hosts_.look([this] { answer(); });
  if (!verdict) return;
  if (!verdict->message.empty()) print_message(name_, verdict->message);
  if (verdict->ends) end_all(verdict->exit_code);
}

call_watch::sight call_watch::look_at_rank() const {
  if (left_ != doing::computes) return {0, left_, -1};
  sight result;
  const std::uint64_t waits = record_->turns;
  const std::uint64_t notes = note_.turns;
  result.turns = waits + notes;
  if (waits % 2 == 0) return result;
  result.what = doing::waits;
  if (notes % 2 == 0) return result;
  result.peer = note_.peer;
  const awaited what = note_.what;
  if (what == awaited::all_ranks) result.what = doing::waits_for_all;
  if (what == awaited::message) result.what = doing::waits_for_message;
  return result;
}

/// Counts looks, not what a clock says: the job may have been stopped meanwhile.
void call_watch::note_stall(const sight& now) {
  const auto time = steady::now();
  const auto step = std::min<steady::duration>(time - last_look_, 4 * between_sights);
  last_look_ = time;
  const bool is_same = now.turns == last_.turns && now.what == last_.what;
  stalled_ = is_same && now.what != doing::computes
                 ? stalled_ + static_cast<std::uint64_t>(
                                  std::chrono::duration_cast<milliseconds>(step).count())
                 : 0;
  last_ = now;
  const std::uint64_t moving = record_->bytes / bytes_per_ms;
  rank_board& mine = boards_.mine();
  if (!is_same) mine.patience = deadline_;
  mine.what = now.what;
  mine.peer = now.peer;
  mine.stalled = stalled_ > moving ? stalled_ - moving : 0;
}

/// What the rank says itself, while it waits.
std::string call_watch::note_text() const {
  const std::uint64_t before = note_.turns;
  if (before % 2 == 0) return {};
  std::string text = note_.text.data();
  return note_.turns == before ? text : "";
}

void call_watch::answer() {
  rank_board& mine = boards_.mine();
  const doing what = last_.what;
  if (what == doing::has_left || what == doing::has_failed) {
    copy_text(how_left_.data(), mine.text);
    copy_text("", mine.note);
    copy_text("", mine.calls);
  } else {
    const std::vector<void*> addresses = stack_->ask();
    const auto sites = find_call_sites(addresses.data(), addresses.size());
    const call_site site = sites.empty() ? call_site() : sites.front();
    std::string calls;
    for (const call_site& each : sites) calls += text_of(each) + "\n";
    const bool is_named = site.has_line && !site.call.empty();
    std::string note = what == doing::waits_for_message || !is_named ? note_text() : "";
    // A raw call's note begins with its name, for programs in which no place is found.
    if (!site.call.empty() && note.starts_with(site.call + " "))
      note.erase(0, site.call.size() + 1);
    copy_text(text_of_place(what, site), mine.text);
    copy_text(note, mine.note);
    copy_text(calls, mine.calls);
  }
  mine.answered = 1;
}

bool call_watch::waits_in_vain() const {
  const rank_board& mine = boards_.mine();
  if (last_.what == doing::computes || left_ != doing::computes || mine.stalled < mine.patience)
    return false;
  const auto has_failed = [](const rank_board* board) { return board->what == doing::has_failed; };
  if (std::any_of(boards_.all().begin(), boards_.all().end(), has_failed)) return false;
  if (last_.what == doing::waits_for_all) return true;
  if (!boards_.are_complete() || threads_call_mpi_) return false;
  return std::all_of(boards_.all().begin(), boards_.all().end(), [&](const rank_board* board) {
    return board->what != doing::computes && board->stalled >= mine.patience;
  });
}

void call_watch::tell_if_so() {
  if (!boards_.claim()) return;
  const bool waits_for_call = last_.what == doing::waits_for_all;
  const std::vector<rank_state> ranks = boards_.ask([this] { answer(); });
  // Longer than the deadline where others are in the same call.
  std::atomic<std::uint64_t>& allowed = boards_.mine().patience;
  const bool is_late = are_late_only(ranks) && allowed < most_late * deadline_;
  if (boards_.is_any_stopped() || is_late) {
    allowed += deadline_;
    return boards_.unclaim();
  }
  note_stall(look_at_rank());
  // The question may have ended a rank's sleep: who is late for a call is late all the same.
  if (!waits_for_call && !waits_in_vain()) return boards_.unclaim();
  tell(ranks, allowed, 1);
}

void call_watch::report_departure(int exit_code) {
  if (!boards_.exist()) return;
  if (hosts_.decides()) {
    boards_.mine().left_alone = exit_code + 1;
    return std::this_thread::sleep_for(3 * time_of_others);
  }
  if (boards_.claim()) tell(boards_.ask(nullptr), 0, exit_code);
  std::this_thread::sleep_for(time_of_others); // another one tells, and ends this
}

void call_watch::report(const std::string& message, bool is_mine_to_say) {
  if (is_mine_to_say && (!boards_.exist() || boards_.claim())) {
    print_message(name_, message);
    if (boards_.exist()) boards_.end_all();
    std::this_thread::sleep_for(time_to_print);
  } else {
    std::this_thread::sleep_for(time_of_others); // who says it ends this one before
  }
  end(1);
}

bool call_watch::have_all_left() const {
  return std::all_of(boards_.all().begin(), boards_.all().end(),
                     [](const rank_board* board) { return board->what == doing::has_left; });
}

void call_watch::tell(const std::vector<rank_state>& ranks, std::uint64_t longest, int exit_code) {
  for (const rank_board* const board : boards_.all())
    longest = std::max(longest, board->stalled.load());
  print_message(name_, stall_report(ranks, static_cast<double>(longest) / 1000));
  end_all(exit_code);
}

void call_watch::end_all(int exit_code) const {
  boards_.end_all();
  std::this_thread::sleep_for(time_to_print);
  end(exit_code);
}

/// Without MPI, in which the other thread may be.
void call_watch::end(int exit_code) const {
  remove_temporaries();
  if (ftrylockfile(stdout) == 0) std::fflush(stdout);
  _exit(exit_code);
}

} // namespace tessera::detail
