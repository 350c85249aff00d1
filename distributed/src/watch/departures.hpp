// Ranks that have left their program, and who waits for them in vain. See decision 17.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace tessera::detail {

/// How a rank left its program.
enum class departure { none, returned, exited, quick_exited, failed };

/// "returned 0", "called exit(3)"
std::string text_of_departure(departure how, int code);

/// One record per rank, which the others can read while its rank waits for them, wherever that is.
/// Ranks that have ended look at those of the others: where every one of them waits inside the
/// library and none gets on, they wait for who is gone.
class departure_watch {
public:
  /// Collective.
  explicit departure_watch(const communicator& comm);
  departure_watch(const departure_watch&) = delete;
  departure_watch& operator=(const departure_watch&) = delete;
  /// Collective, unless MPI has ended.
  ~departure_watch();

  /// This rank leaves.
  void leave(departure how, int code);
  /// Looks once. Says, on the lowest rank that has left, what is wrong; else nothing.
  std::string look();
  /// What to end the job with.
  [[nodiscard]] int exit_code() const;

private:
  struct seen {
    std::uint64_t turns = 0;
    std::uint64_t bytes = 0;
    std::uint64_t ending = 0;
    bool operator==(const seen&) const = default;
  };
  using clock = std::chrono::steady_clock;

  [[nodiscard]] seen read(int rank) const;
  bool read_all(std::vector<seen>& all);
  [[nodiscard]] bool is_patient(const std::vector<seen>& all) const;
  [[nodiscard]] std::string complaint() const;

  communicator comm_;
  MPI_Win window_ = MPI_WIN_NULL;
  wait_record* mine_ = nullptr;
  wait_record* outer_ = nullptr; // of a run around this one
  int first_ = 0;                // the rank that was last found at work
  std::vector<seen> last_;       // of all ranks, when all waited
  clock::time_point since_;      // when that was seen first
  int looks_ = 0;                // that have seen the same
};

} // namespace tessera::detail
