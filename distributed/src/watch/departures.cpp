#include "watch/departures.hpp"

#include "ranks/shared_pages.hpp"

#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace tessera::detail {

namespace {

constexpr auto shortest_wait = std::chrono::seconds(2);
constexpr std::uint64_t bytes_per_second = 10'000'000; // of the slowest network
constexpr int least_looks = 10; // the time alone may have passed while the job was stopped
constexpr std::size_t most_named = 4;
constexpr unsigned code_shift = 8;

static_assert(sizeof(std::atomic<std::uint64_t>) == sizeof(std::uint64_t));

departure how_of(std::uint64_t ending) { return static_cast<departure>(ending & 0xffU); }
int code_of(std::uint64_t ending) { return static_cast<int>(ending >> code_shift); }

/// "a, b and c", of which a few are named.
std::string listed(const std::vector<std::string>& items) {
  const std::size_t named = std::min(items.size(), most_named);
  const bool all = named == items.size();
  std::string result;
  for (std::size_t k = 0; k < named; ++k) {
    const bool last = all && k + 1 == named;
    result += (k == 0 ? "" : last ? " and " : ", ") + items[k];
  }
  return all ? result : fmt::format("{} and {} more", result, items.size() - named);
}

bool is_wanted() {
  const char* const text = std::getenv("TESSERA_WATCH");
  return text == nullptr || std::strcmp(text, "0") != 0;
}

/// Other threads may compute while this one waits.
bool has_other_threads() {
  int level = MPI_THREAD_SINGLE;
  check_mpi(MPI_Query_thread(&level), "MPI_Query_thread");
  return level == MPI_THREAD_MULTIPLE;
}

} // namespace

std::string text_of_departure(departure how, int code) {
  switch (how) {
  case departure::exited: return fmt::format("called exit({})", code);
  case departure::quick_exited: return "called quick_exit";
  case departure::failed: return "ended with an error";
  default: return fmt::format("returned {}", code);
  }
}

departure_watch::departure_watch(const communicator& comm) : comm_(comm), outer_(own_record) {
  if (comm.size() == 1) return;
  const bool possible =
      is_wanted() && !has_other_threads() && room_for_window(1e6) == window_room::enough;
  if (allreduce_min(comm, possible ? 1 : 0) == 0) return;
  void* memory = nullptr;
  const int code =
      MPI_Win_allocate(sizeof(wait_record), 1, MPI_INFO_NULL, comm.native(), &memory, &window_);
  // Debian's Open MPI has no windows between hosts that TCP joins.
  if (allreduce_min(comm, code == MPI_SUCCESS ? 1 : 0) == 0) {
    window_ = MPI_WIN_NULL;
    return;
  }
  mine_ = new (memory) wait_record;
  check_mpi(MPI_Win_lock_all(MPI_MODE_NOCHECK, window_), "MPI_Win_lock_all");
  comm.barrier(); // nobody reads before all have written
  own_record = mine_;
}

departure_watch::~departure_watch() {
  own_record = outer_;
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (window_ == MPI_WIN_NULL || finalized != 0) return;
  MPI_Win_unlock_all(window_);
  MPI_Win_free(&window_);
}

void departure_watch::leave(departure how, int code) {
  own_record = nullptr; // what follows is no wait of the program
  if (mine_ != nullptr)
    mine_->ending.store(static_cast<std::uint64_t>(how) | static_cast<std::uint64_t>(code & 0xff)
                                                              << code_shift,
                        std::memory_order_release);
}

departure_watch::seen departure_watch::read(int rank) const {
  seen result;
  check_mpi(MPI_Get(&result, sizeof(seen), MPI_BYTE, rank, 0, sizeof(seen), MPI_BYTE, window_),
            "MPI_Get");
  check_mpi(MPI_Win_flush(rank, window_), "MPI_Win_flush");
  return result;
}

/// False when somebody is at work, or a lower rank has left, which looks itself.
bool departure_watch::read_all(std::vector<seen>& all) {
  const auto is_at_work = [](const seen& s) { return s.ending == 0 && s.turns % 2 == 0; };
  if (first_ != comm_.rank() && is_at_work(read(first_))) return false;
  for (int rank = 0; rank < comm_.size(); ++rank) {
    const seen now = read(rank);
    if (rank < comm_.rank() && now.ending != 0) return false;
    if (is_at_work(now)) {
      first_ = rank;
      return false;
    }
    all.push_back(now);
  }
  return std::any_of(all.begin(), all.end(), [](const seen& s) { return s.ending == 0; });
}

/// May what they wait for still be on its way?
bool departure_watch::is_patient(const std::vector<seen>& all) const {
  std::uint64_t most = 0;
  for (const seen& s : all) most = std::max(most, s.bytes);
  const auto allowed = shortest_wait + std::chrono::seconds(most / bytes_per_second);
  return looks_ < least_looks || clock::now() - since_ < allowed;
}

std::string departure_watch::look() {
  if (window_ == MPI_WIN_NULL) return {};
  std::vector<seen> now;
  if (!read_all(now)) {
    last_.clear();
    return {};
  }
  if (now != last_) {
    last_ = std::move(now);
    since_ = clock::now();
    looks_ = 0;
    return {};
  }
  ++looks_;
  return is_patient(last_) ? std::string() : complaint();
}

std::string departure_watch::complaint() const {
  std::vector<std::string> gone;
  std::vector<std::string> left;
  for (std::size_t rank = 0; rank < last_.size(); ++rank) {
    const std::string number = std::to_string(rank);
    const std::uint64_t ending = last_[rank].ending;
    if (ending == 0)
      left.push_back(number);
    else
      gone.push_back(
          fmt::format("rank {} {}", number, text_of_departure(how_of(ending), code_of(ending))));
  }
  return fmt::format("{} while {} {} {} in a collective call; all ranks must make the same calls "
                     "before they return",
                     listed(gone), left.size() == 1 ? "rank" : "ranks", listed(left),
                     left.size() == 1 ? "waits" : "wait");
}

int departure_watch::exit_code() const {
  int code = 1;
  for (const seen& s : last_) code = std::max(code, code_of(s.ending));
  return code;
}

} // namespace tessera::detail
