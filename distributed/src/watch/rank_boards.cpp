#include "watch/rank_boards.hpp"

#include "ranks/shared_pages.hpp"

#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <new>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace tessera::detail {

namespace {

using clock = std::chrono::steady_clock;
constexpr auto longest_answer = std::chrono::milliseconds(1800);
/// Its state is the letter behind the name, which is in brackets.
bool is_stopped(pid_t process) {
  char text[256] = "";
  std::FILE* const file = std::fopen(fmt::format("/proc/{}/stat", process).c_str(), "r");
  if (file == nullptr) return false;
  const std::size_t length = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  const std::string_view line(text, length);
  const std::size_t name_end = line.rfind(')');
  return name_end + 2 < line.size() && (line[name_end + 2] == 't' || line[name_end + 2] == 'T');
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

constexpr auto moment = std::chrono::milliseconds(5);

} // namespace

rank_boards::rank_boards(const communicator& comm) : world_size_(comm.size()) {
  if (comm.size() == 1) return;
  const bool possible = checks_arguments() && room_for_window(1e6) == window_room::enough;
  if (allreduce_min(comm, possible ? 1 : 0) == 0) return;
  node_ = comm.split_by_node();
  own_ = node_.rank();
  ranks_ = allgather(node_, comm.rank());
  void* memory = nullptr;
  check_mpi(MPI_Win_allocate_shared(sizeof(rank_board), 1, MPI_INFO_NULL, node_.native(), &memory,
                                    &window_),
            "MPI_Win_allocate_shared");
  (new (memory) rank_board)->process = getpid();
  for (int rank = 0; rank < node_.size(); ++rank) {
    MPI_Aint size = 0;
    int unit = 0;
    check_mpi(MPI_Win_shared_query(window_, rank, &size, &unit, &memory), "MPI_Win_shared_query");
    boards_.push_back(static_cast<rank_board*>(memory));
  }
  node_.barrier(); // nobody reads before all have written
}

rank_boards::~rank_boards() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (window_ != MPI_WIN_NULL && finalized == 0) MPI_Win_free(&window_);
}

bool rank_boards::claim() {
  int nobody = -1;
  return boards_.front()->reporter.compare_exchange_strong(nobody, own_) || nobody == own_;
}

void rank_boards::unclaim() {
  for (rank_board* const board : boards_) board->asked = 0;
  boards_.front()->reporter = -1;
}

std::vector<rank_state> rank_boards::ask(const std::function<void()>& answer) const {
  for (rank_board* const board : boards_) {
    board->answered = 0;
    board->asked = 1;
  }
  if (answer) answer();
  const auto deadline = clock::now() + longest_answer;
  std::vector<rank_state> result(static_cast<std::size_t>(world_size_),
                                 {rank_state::doing::unknown, -1, "on another node", "", {}});
  for (std::size_t k = 0; k < boards_.size(); ++k) {
    const rank_board& board = *boards_[k];
    while (board.answered == 0 && clock::now() < deadline) std::this_thread::sleep_for(moment);
    rank_state& state = result[static_cast<std::size_t>(ranks_[k])];
    if (board.answered == 0)
      state.text = "does not answer";
    else
      state = {board.what, board.peer, board.text.data(), board.note.data(),
               lines_of(board.calls.data())};
  }
  return result;
}

bool rank_boards::is_any_stopped() const {
  return std::any_of(boards_.begin(), boards_.end(),
                     [](const rank_board* board) { return is_stopped(board->process); });
}

void rank_boards::end_all() const {
  for (rank_board* const board : boards_) board->over = 1;
}

} // namespace tessera::detail
