/// @file
/// Where all ranks spend their time: the regions of `profile` gathered over ranks.
///
/// Programs that use `run` need no line of code for it: TESSERA_PROFILE=heat.prof in the
/// environment records the whole program and writes the file at its end, for tessera-profile or
/// parallel_profile::load; TESSERA_PROFILE=- prints the table on stderr. TESSERA_TRACE=heat.json
/// writes a trace, of the latest million calls of each rank or as many as TESSERA_TRACE_CALLS says.
///
///     parallel_profile::start(world);
///     solve();
///     report(world);                                     // prints the table on rank 0
///     parallel_profile::collected(world).save("heat.prof");
///
/// Its parts lie in parallel_profile.cpp, profile_merge.cpp, profile_tables.cpp, profile_lines.cpp
/// and parallel_trace.cpp.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/memory_account.hpp>

#include <type_traits>

namespace tessera {

/// One number of each rank: the smallest, the largest, and which ranks have them (the lowest, where
/// there are several).
struct rank_spread {
  double least = 0;
  double mean = 0; ///< of all ranks
  double most = 0;
  int least_rank = 0;
  int most_rank = 0;

  /// Largest over mean: 1 where all ranks have the same, and the number of ranks where one has all.
  /// Local.
  [[nodiscard]] double imbalance() const { return mean > 0 ? most / mean : 1; }
};

/// One region of a profile of ranks. Times are seconds of a rank; a rank that never called the
/// region counts with 0.
struct parallel_profile_entry {
  const char* name = "";
  const char* file = "";
  int line = 0;
  int ranks = 0;               ///< that called it
  index_t calls = 0;           ///< of all ranks
  index_t primitive_calls = 0; ///< those that are not inside another call of the same region
  rank_spread own;             ///< without the regions called from it
  rank_spread cumulative;      ///< with them
  rank_spread waiting;         ///< part of `own`: for other ranks
  rank_spread sent_bytes;      ///< to other ranks
  message_count sent;          ///< of all ranks, without the regions called from it
  message_count received;
  message_count cumulative_sent; ///< with the regions called from it
  message_count cumulative_received;
  index_t collectives = 0; ///< calls of all ranks in which all take part
  index_t moved = 0; ///< bytes that stencils read and write at least: each array once for a step
};

/// Bytes of the ranks for one purpose: now, and the most at once.
struct memory_spread {
  rank_spread now;
  rank_spread most;
};

namespace detail {
struct parallel_profile_data;
void stop_parallel_profile() noexcept;
} // namespace detail

/// The statistics of all regions over all ranks at one moment. A value, which rank 0 has; what is
/// recorded later does not change it.
class parallel_profile {
public:
  /// Forgets what was recorded and starts to record, on all ranks. Collective.
  static void start(const communicator& comm, const profile_options& options = {});
  /// Stops to record; regions that are open are recorded when they end. Local.
  static void stop() { detail::stop_parallel_profile(); }
  /// What was recorded until now, on rank 0; empty elsewhere. The ranks send what they have along a
  /// tree, so that no rank holds more than two profiles. Other threads' regions must not be
  /// running. Collective.
  static parallel_profile collected(const communicator& comm);

  /// The profile of one call of `f` on all ranks. What was recorded before is forgotten.
  /// Collective.
  template <class F>
  static parallel_profile run(const communicator& comm, F&& f,
                              const profile_options& options = {}) {
    start(comm, options);
    const stop_at_end stopper;
    f();
    return collected(comm);
  }

  /// At the end of the `run` around this call, writes what was recorded, as TESSERA_PROFILE does;
  /// "-" prints the table on stderr. Starts to record, unless the environment asks for that.
  /// Collective.
  static void at_end(const communicator& comm, const char* path);

  parallel_profile();
  parallel_profile(const parallel_profile& other);
  parallel_profile(parallel_profile&& other) noexcept;
  parallel_profile& operator=(parallel_profile other) noexcept;
  ~parallel_profile();

  /// @name What is in it
  /// All are local.
  /// @{

  /// Of how many ranks it is; 0 where it was not collected.
  [[nodiscard]] int ranks() const;
  /// From the start until it was stopped or collected.
  [[nodiscard]] rank_spread seconds() const;
  /// Regions, in the order of the last `sort`; at first that of their names.
  [[nodiscard]] index_t size() const;
  template <class Integer>
  requires std::is_integral_v<Integer>
  [[nodiscard]] const parallel_profile_entry& operator[](Integer i) const {
    return entry(static_cast<index_t>(i));
  }
  /// The region of a name.
  /// @throws argument_error when there is none, or when several places have it.
  [[nodiscard]] const parallel_profile_entry& operator[](const char* name) const;
  [[nodiscard]] memory_spread memory(detail::memory_kind kind) const;
  /// Bytes per second that the memory of all ranks together moves in STREAM's triad, a = b + s c:
  /// what the environment variable TESSERA_TRIAD says, in GB/s, else measured when the profile was
  /// collected, where stencils are in it; 0 where it is not known.
  [[nodiscard]] double triad() const;
  /// What one rank of the world sent to another. It is there for all ranks of the
  /// world together, if they are no more than 1024.
  [[nodiscard]] message_count sent(int from, int to) const;
  /// @}

  /// Sorts by "calls", "pcalls", "time" (own), "cumulative", "waiting", "imbalance", "messages",
  /// "bytes", "name", "file" or "line"; numbers from the largest. Of times, the mean counts. Local.
  /// @throws argument_error for any other key, naming them all.
  parallel_profile& sort(const char* key);
  /// Leaves out the folders of file names. Local.
  parallel_profile& strip_dirs();

  /// A table in the form of pstats' `print_stats`: calls of all ranks; of the time in the region
  /// alone its mean, smallest and largest over ranks with the rank that has it, the imbalance, and
  /// the mean spent waiting; then the mean with what it calls, messages and bytes that were sent,
  /// and those with what it calls. `limit` rows; 0: all. Below it, as a hint, how near stencils
  /// come to the speed of memory: the bytes of their arrays, each read or written once for a step,
  /// in the time that they do not wait, and the share of the triad. Steps that `iterate` takes
  /// together within the cache may have more than all of it. Local.
  [[nodiscard]] std::string stats(index_t limit = 0) const;
  /// @name Pairs of regions
  /// Who called each region, and whom each called; of regions whose name contains `name`. Local.
  /// @{
  [[nodiscard]] std::string callers(const char* name = "") const;
  [[nodiscard]] std::string callees(const char* name = "") const;
  /// @}
  /// Times of each region here and in another profile, also of another number of ranks: the
  /// slowest rank's, the speed-up, the efficiency (speed-up for each rank that was added) and the
  /// part that does not scale: the serial fraction of Amdahl's law that would explain it, after
  /// Karp and Flatt (doi:10.1145/78607.78614). Local.
  [[nodiscard]] std::string compare(const parallel_profile& before, index_t limit = 0) const;

  /// @name Files
  /// Writes it to a file, or reads it back. Text, one region, pair of regions or pair of ranks a
  /// line. Local: only rank 0 has something to write.
  /// @throws file_error, and parse_error naming the line for a file that is no profile of ranks.
  /// @{
  void save(const char* path) const;
  static parallel_profile load(const char* path);
  /// The same for a std::string or std::filesystem::path.
  template <detail::path_like Path> void save(const Path& path) const { save(path.c_str()); }
  template <detail::path_like Path> static parallel_profile load(const Path& path) {
    return load(path.c_str());
  }
  /// @}

private:
  struct stop_at_end {
    ~stop_at_end() { detail::stop_parallel_profile(); }
  };
  friend const detail::parallel_profile_data& data_of(const parallel_profile& p) {
    return *p.data_;
  }
  explicit parallel_profile(detail::parallel_profile_data* data) : data_(data) {}
  [[nodiscard]] const parallel_profile_entry& entry(index_t i) const;

  detail::parallel_profile_data* data_;
};

/// Collects what was recorded and prints it on rank 0, the slowest regions first. `limit` rows; 0:
/// all. Collective.
void report(const communicator& comm, index_t limit = 0);

/// Writes the calls, waits and messages of all ranks in time as JSON for chrome://tracing and
/// ui.perfetto.dev: a track for each rank, an arrow for each message. The ranks' clocks are aligned
/// by messages now and when recording was started. Each rank keeps the latest
/// `profile_options::largest_trace` calls and as many messages, so that a long run stays below a
/// known size. Collective.
/// @throws argument_error on all ranks when no trace was recorded; file_error.
void save_trace(const communicator& comm, const char* path);

} // namespace tessera
