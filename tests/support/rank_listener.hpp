/// @file
/// Failures of all ranks, told by rank 0.
#pragma once

#include <gtest/gtest.h>
#include <mpi.h>

#include <string>
#include <vector>

namespace tessera_test {

/// At the end of each test, gathers the failures of all ranks, prints them on rank 0 with the
/// numbers of the ranks, and fails the test on every rank. Tests must be collective.
///
/// A rank that failed and then waits in vain for the others prints what it knows and aborts: a
/// failed ASSERT_ leaves the test early, and the others wait in its next collective call.
class rank_listener : public testing::EmptyTestEventListener {
public:
  /// Collective; duplicates `comm`.
  explicit rank_listener(MPI_Comm comm);
  rank_listener(const rank_listener&) = delete;
  rank_listener& operator=(const rank_listener&) = delete;
  ~rank_listener() override;

  void OnTestStart(const testing::TestInfo& info) override;
  void OnTestPartResult(const testing::TestPartResult& result) override;
  void OnTestEnd(const testing::TestInfo& info) override;

private:
  void wait_for_others(const testing::TestInfo& info);
  std::vector<std::string> gather_failures();
  void report(const std::vector<std::string>& texts);

  MPI_Comm comm_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
  std::string failures_;
  bool reporting_ = false;
};

} // namespace tessera_test
