#include "rank_listener.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>
#include <thread>

namespace tessera_test {
namespace {

/// How long a rank that failed waits for the others.
std::chrono::seconds patience() {
  const char* text = std::getenv("TESSERA_TEST_PATIENCE");
  return std::chrono::seconds(text != nullptr ? std::atoi(text) : 20);
}

std::string ranks_text(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank" : "ranks";
  for (const int rank : ranks) text += " " + std::to_string(rank);
  return text;
}

} // namespace

rank_listener::rank_listener(MPI_Comm comm) {
  MPI_Comm_dup(comm, &comm_);
  MPI_Comm_rank(comm_, &rank_);
  MPI_Comm_size(comm_, &size_);
}

rank_listener::~rank_listener() { MPI_Comm_free(&comm_); }

void rank_listener::OnTestStart(const testing::TestInfo&) { failures_.clear(); }

void rank_listener::OnTestPartResult(const testing::TestPartResult& result) {
  if (reporting_ || !result.failed()) return;
  const char* file = result.file_name();
  failures_ += (file != nullptr ? file : "unknown file") + std::string(":") +
               std::to_string(result.line_number()) + ": " + result.message() + "\n";
}

void rank_listener::OnTestEnd(const testing::TestInfo& info) {
  if (size_ == 1) return;
  wait_for_others(info);
  int failed = failures_.empty() ? 0 : 1;
  MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, comm_);
  if (failed == 0) return;

  const std::vector<std::string> texts = gather_failures();
  reporting_ = true;
  if (rank_ == 0)
    report(texts);
  else if (failures_.empty())
    ADD_FAILURE() << "another rank failed";
  reporting_ = false;
}

void rank_listener::wait_for_others(const testing::TestInfo& info) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(comm_, &request);
  if (failures_.empty()) {
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return;
  }
  const auto deadline = std::chrono::steady_clock::now() + patience();
  int done = 0;
  while (MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      std::fprintf(stderr,
                   "[  FAILED  ] %s.%s: rank %d failed, and others never ended the test:\n%s",
                   info.test_suite_name(), info.name(), rank_, failures_.c_str());
      MPI_Abort(comm_, 1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::vector<std::string> rank_listener::gather_failures() {
  const auto ranks = static_cast<std::size_t>(size_);
  const int length = static_cast<int>(failures_.size());
  std::vector<int> lengths(ranks);
  std::vector<int> starts(ranks);
  MPI_Gather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, 0, comm_);
  std::exclusive_scan(lengths.begin(), lengths.end(), starts.begin(), 0);
  std::string all(static_cast<std::size_t>(rank_ == 0 ? starts.back() + lengths.back() : 0), '\0');
  MPI_Gatherv(failures_.data(), length, MPI_CHAR, all.data(), lengths.data(), starts.data(),
              MPI_CHAR, 0, comm_);

  std::vector<std::string> texts(ranks);
  for (std::size_t r = 0; rank_ == 0 && r < ranks; ++r)
    texts[r] =
        all.substr(static_cast<std::size_t>(starts[r]), static_cast<std::size_t>(lengths[r]));
  return texts;
}

void rank_listener::report(const std::vector<std::string>& texts) {
  std::map<std::string, std::vector<int>> ranks_of;
  for (std::size_t r = 0; r < texts.size(); ++r)
    if (!texts[r].empty()) ranks_of[texts[r]].push_back(static_cast<int>(r));
  for (const auto& [text, ranks] : ranks_of)
    ADD_FAILURE() << "on " << ranks_text(ranks) << " of " << size_ << ":\n" << text;
}

} // namespace tessera_test
