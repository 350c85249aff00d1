#include "message_of.hpp"
#include "with_threads.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace tessera;

namespace {

/// Runs so many pieces; each must be done once.
void expect_each_once(index_t pieces) {
  std::vector<std::atomic<int>> done(static_cast<std::size_t>(pieces));
  detail::for_pieces(pieces, [&](index_t k) { ++done[static_cast<std::size_t>(k)]; });
  for (const auto& times : done) EXPECT_EQ(times, 1);
}

/// Waits until somebody else is there, or says that nobody comes.
bool meets_another(std::atomic<int>& arrived, int wanted) {
  ++arrived;
  for (int i = 0; i < 20000 && arrived < wanted; ++i)
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  return arrived >= wanted;
}

/// How many threads a program has with this in its environment; 77 for an error that names the
/// variable.
int threads_with(const char* text) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("TESSERA_THREADS", text, 1);
    setenv("TESSERA_TEST_SAYS", "1", 1);
    close(STDOUT_FILENO);
    execl("/proc/self/exe", "core_tests", "--gtest_filter=threads.says_how_many",
          static_cast<char*>(nullptr));
    _exit(99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST(threads, pieces_are_done_once_each) {
  for (const int threads : {1, 2, 3, 4, 7}) {
    const with_threads here(threads);
    for (index_t pieces = 1; pieces < 40; ++pieces) expect_each_once(pieces);
  }
}

TEST(threads, many_regions_follow_each_other) {
  const with_threads here(3);
  index_t sums[5] = {};
  for (int region = 0; region < 20000; ++region)
    detail::for_pieces(5, [&](index_t k) { sums[k] += k; });
  for (index_t k = 0; k < 5; ++k) EXPECT_EQ(sums[k], 20000 * k);
}

TEST(threads, pieces_run_at_the_same_time) {
  const with_threads here(3);
  std::atomic<int> arrived = 0;
  std::atomic<int> met = 0;
  detail::for_pieces(3, [&](index_t) { met += meets_another(arrived, 3) ? 1 : 0; });
  EXPECT_EQ(met, 3);
}

TEST(threads, one_thread_starts_none) {
  const with_threads here(1);
  const auto mine = std::this_thread::get_id();
  detail::for_pieces(7, [&](index_t) { EXPECT_EQ(std::this_thread::get_id(), mine); });
  EXPECT_EQ(detail::pieces_of(index_t{1} << 30U), 1);
}

TEST(threads, the_lowest_piece_that_throws_is_heard) {
  for (const int threads : {1, 2, 4}) {
    const with_threads here(threads);
    for (int time = 0; time < 200; ++time) {
      std::atomic<int> done = 0;
      const auto run = [&] {
        detail::for_pieces(16, [&](index_t k) {
          ++done;
          if (k % 5 == 3) throw argument_error("piece " + std::to_string(k));
        });
      };
      EXPECT_EQ(message_of<argument_error>(run), "piece 3");
      EXPECT_EQ(done, 16);
    }
  }
}

TEST(threads, pieces_within_pieces_run_in_turn) {
  const with_threads here(2);
  std::atomic<index_t> total = 0;
  detail::for_pieces(4, [&](index_t) {
    const auto mine = std::this_thread::get_id();
    EXPECT_EQ(detail::pieces_of(index_t{1} << 30U), 1);
    detail::for_pieces(5, [&](index_t k) {
      EXPECT_EQ(std::this_thread::get_id(), mine);
      total += k;
    });
  });
  EXPECT_EQ(total, 40);
}

TEST(threads, threads_of_the_user_have_regions_at_once) {
  const with_threads here(2);
  std::vector<std::thread> users;
  std::vector<index_t> sums(4);
  for (std::size_t u = 0; u < 4; ++u)
    users.emplace_back([&sums, u] {
      for (int region = 0; region < 500; ++region) {
        index_t parts[8] = {};
        detail::for_pieces(8, [&](index_t k) { parts[k] = k; });
        sums[u] += std::accumulate(parts, parts + 8, index_t{0});
      }
    });
  for (auto& user : users) user.join();
  for (const index_t sum : sums) EXPECT_EQ(sum, 500 * 28);
}

TEST(threads, a_forked_process_begins_anew) {
  const with_threads here(2);
  expect_each_once(8);
  const pid_t child = fork();
  if (child == 0) {
    std::atomic<int> done = 0;
    detail::for_pieces(8, [&](index_t) { ++done; });
    _exit(done == 8 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(threads, pieces_cover_everything_once) {
  for (const index_t n : {1, 2, 63, 64, 65, 1000, 12345})
    for (const index_t granule : {1, 8, 64})
      for (index_t pieces = 1; pieces < 12; ++pieces) {
        index_t end = 0;
        for (index_t k = 0; k < pieces; ++k) {
          EXPECT_EQ(detail::piece_begin(k, pieces, n, granule), end);
          EXPECT_TRUE(end % granule == 0 || end == n);
          end = detail::piece_begin(k + 1, pieces, n, granule);
        }
        EXPECT_EQ(end, n);
      }
}

TEST(threads, numbers_that_are_none_are_refused) {
  const with_threads here(2);
  EXPECT_EQ(message_of<argument_error>([] { set_threads(0); }),
            "0 threads in each rank: it has from 1 to 1024");
  EXPECT_THROW(set_threads(-1), argument_error);
  EXPECT_THROW(set_threads(1025), argument_error);
  EXPECT_EQ(threads(), 2);
}

TEST(threads, says_how_many) { // to threads_with, which runs it
  if (std::getenv("TESSERA_TEST_SAYS") == nullptr) return;
  try {
    std::_Exit(threads());
  } catch (const argument_error& e) {
    std::_Exit(std::string(e.what()).find("TESSERA_THREADS") == 0 ? 77 : 78);
  }
}

TEST(threads, the_environment_says_how_many) {
  EXPECT_EQ(threads_with("1"), 1);
  EXPECT_EQ(threads_with("3"), 3);
  EXPECT_EQ(threads_with(""), 1);
  for (const char* bad : {"0", "-1", "two", "2x", " 2", "1.5", "1025", "99999999999999999999"})
    EXPECT_EQ(threads_with(bad), 77) << bad;
}
