/// @file
/// Where a program spends its time: named regions, counted and timed, with their call graph.
///
/// Nothing is recorded until `profile::start()`; a region then costs well below 100 ns, and a few
/// when nothing is recorded. Where TESSERA_NO_PROFILE is defined, the macros expand to nothing and
/// profile_region is an empty class.
///
///     void solve() {
///       TESSERA_PROFILE_FUNCTION();
///       for (int i = 0; i < n; ++i) {
///         TESSERA_PROFILE("sweep");
///         ...
///       }
///     }
///     profile p = profile::run([&] { solve(); });
///     std::cout << p.sort("cumulative").stats(5);
///     p.save("solve.prof"); // for tessera-profile, or profile::load
///
/// Its parts lie in profile.cpp, profile_recorder.cpp, profile_text.cpp and profile_file.cpp.
#pragma once

#include <tessera/core/shape.hpp>

#include <type_traits>

namespace tessera {

class profile;

/// What is recorded.
struct profile_options {
  bool trace = false;                ///< also when each call began and ended, for `save_trace`
  index_t largest_trace = 1'000'000; ///< calls of each thread that a trace holds: the latest; all
                                     ///< are counted
};

/// Messages, and the bytes in them.
struct message_count {
  index_t messages = 0;
  index_t bytes = 0;
};

/// One region of a profile. Times are in seconds; texts live as long as the program.
struct profile_entry {
  const char* name = "";
  const char* file = "";
  int line = 0;
  index_t calls = 0;
  index_t primitive_calls = 0;       ///< those that are not inside another call of the same region
  double own = 0;                    ///< without the regions called from it
  double cumulative = 0;             ///< with them; the inner calls of a recursion count once
  double waiting = 0;                ///< part of `own`: for other ranks
  message_count sent;                ///< to other ranks, without the regions called from it
  message_count received;            ///< from other ranks, without the regions called from it
  message_count cumulative_sent;     ///< with the regions called from it
  message_count cumulative_received; ///< with the regions called from it
  index_t collectives = 0;           ///< calls in which all ranks take part, such as sums
  index_t moved = 0; ///< bytes of the arrays that a stencil reads and writes, each counted once
};

namespace detail {
struct profile_data;
profile_data& data_of(profile& p);
void start_profile(const profile_options& options);
void stop_profile();

template <class Path>
concept path_like = requires(const Path& path) {
  static_cast<const char*>(path.c_str());
};
} // namespace detail

/// The statistics of all regions at one moment, as Python's cProfile and pstats give them. A value;
/// what is recorded later does not change it.
class profile {
public:
  /// Starts to record, in all threads. What was recorded before is kept: see `clear`.
  static void start(const profile_options& options = {}) { detail::start_profile(options); }
  /// Stops to record; regions that are open are recorded when they end.
  static void stop() { detail::stop_profile(); }
  /// Forgets what was recorded; regions that are open are not recorded when they end.
  static void clear();
  /// What was recorded until now. Other threads' regions must not be running.
  static profile collected();

  /// The profile of one call of `f` alone: Python's `cProfile.run`. What was recorded before is
  /// forgotten. When `f` throws, what it did until then stays for `collected`.
  template <class F> static profile run(F&& f, const profile_options& options = {}) {
    clear();
    start(options);
    const stop_at_end stopper;
    f();
    return collected();
  }

  profile();
  profile(const profile& other);
  profile(profile&& other) noexcept;
  profile& operator=(profile other) noexcept;
  ~profile();

  /// Regions, in the order of the last `sort`; at first that of their names.
  [[nodiscard]] index_t size() const;
  template <class Integer>
  requires std::is_integral_v<Integer>
  [[nodiscard]] const profile_entry& operator[](Integer i) const {
    return entry(static_cast<index_t>(i));
  }
  /// The region of a name.
  /// @throws argument_error when there is none, or when several places have it.
  [[nodiscard]] const profile_entry& operator[](const char* name) const;
  /// Seconds in all regions.
  [[nodiscard]] double total() const;

  /// Sorts by "calls", "pcalls", "time" (own), "cumulative", "name", "file" or "line"; numbers
  /// from the largest, names from A. Keys are pstats'.
  /// @throws argument_error for any other key, naming them all.
  profile& sort(const char* key);
  /// Leaves out the folders of file names, as pstats does.
  profile& strip_dirs();

  /// A table in the form of pstats' `print_stats`: how often each region was called, time in it
  /// alone and with what it calls, in all and for each call. `limit` rows; 0: all.
  [[nodiscard]] std::string stats(index_t limit = 0) const;
  /// Who called each region, and whom each called; of regions whose name contains `name`.
  [[nodiscard]] std::string callers(const char* name = "") const;
  [[nodiscard]] std::string callees(const char* name = "") const;
  /// Times of each region here and in an earlier profile, and their ratio.
  [[nodiscard]] std::string compare(const profile& before, index_t limit = 0) const;

  /// Writes it to a file, or reads it back. Text, one region or pair of regions a line.
  /// @throws file_error, and parse_error naming the line for a file that is no profile.
  void save(const char* path) const;
  static profile load(const char* path);
  /// Writes the calls in time as JSON for chrome://tracing and ui.perfetto.dev.
  /// @throws argument_error when no trace was recorded; file_error.
  void save_trace(const char* path) const;
  /// The same for a std::string or std::filesystem::path.
  template <detail::path_like Path> void save(const Path& path) const { save(path.c_str()); }
  template <detail::path_like Path> static profile load(const Path& path) {
    return load(path.c_str());
  }
  template <detail::path_like Path> void save_trace(const Path& path) const {
    save_trace(path.c_str());
  }

private:
  struct stop_at_end {
    ~stop_at_end() { detail::stop_profile(); }
  };
  explicit profile(detail::profile_data* data) : data_(data) {}
  [[nodiscard]] const profile_entry& entry(index_t i) const;
  friend detail::profile_data& detail::data_of(profile& p);

  detail::profile_data* data_;
};

namespace detail {

/// Where a region stands; lives as long as the program.
struct profile_site {
  const char* name;
  const char* file;
  int line;
};

/// A call that has not ended.
struct open_region {
  void* recorder = nullptr; ///< of its thread; null when nothing is recorded
  std::uint32_t node = 0;
  std::uint32_t generation = 0;
};

extern bool profile_is_on;
open_region enter_region(const profile_site& site);
void leave_region(const open_region& region) noexcept;

inline bool profile_is_recorded() { return __atomic_load_n(&profile_is_on, __ATOMIC_RELAXED); }
/// How many calls of a thread a trace holds; 0: nothing is traced.
index_t largest_profile_trace() noexcept;
/// A wait of this thread begins, in the region that is open; 0 when it is part of a longer one.
std::uint32_t enter_wait() noexcept;
/// Ends one that was not; `wait` is what enter_wait returned.
void leave_wait(std::uint32_t wait) noexcept;
/// Between them: something else is done, and then it waits again. Returns whether it waited.
bool pause_wait() noexcept;
void resume_wait() noexcept;

/// Adds to the region that is open.
void count_sent(index_t messages, index_t bytes);
void count_received(index_t messages, index_t bytes);
void count_collective();
/// Bytes between memory and processor, at least.
void count_moved(index_t bytes);

} // namespace detail

#ifdef TESSERA_NO_PROFILE
// Files compiled with and without regions can be linked together.
inline namespace without_regions {
class profile_region {
public:
  explicit profile_region(const char*) {}
};
} // namespace without_regions
#define TESSERA_PROFILE(name) static_assert(true)
#define TESSERA_PROFILE_FUNCTION() static_assert(true)
#else

/// A region of the profile: from its making to the end of its scope. Regions of one thread nest.
/// `name` must live as long as the program, as a string literal does.
///
///     {
///       const profile_region r("assembly");
///       ...
///     }
class profile_region {
public:
  explicit profile_region(const char* name, const char* file = __builtin_FILE(),
                          int line = __builtin_LINE())
      : profile_region(detail::profile_site{name, file, line}) {}
  explicit profile_region(const detail::profile_site& site) {
    if (detail::profile_is_recorded()) region_ = detail::enter_region(site);
  }
  profile_region(const profile_region&) = delete;
  profile_region& operator=(const profile_region&) = delete;
  ~profile_region() {
    if (region_.recorder != nullptr) detail::leave_region(region_);
  }

private:
  detail::open_region region_;
};

#define TESSERA_PROFILE_JOIN_(a, b) a##b
#define TESSERA_PROFILE_NAME_(line) TESSERA_PROFILE_JOIN_(tessera_profile_region_, line)
/// Makes the rest of the scope a region of this name.
#define TESSERA_PROFILE(name) const ::tessera::profile_region TESSERA_PROFILE_NAME_(__LINE__)(name)
/// Makes the rest of a function a region of its name. A lambda, whose name is "operator()", is
/// called after the function that it is in.
#define TESSERA_PROFILE_FUNCTION()                                                                 \
  TESSERA_PROFILE(__builtin_strcmp(__func__, "operator()") == 0 ? __PRETTY_FUNCTION__ : __func__)
#endif

} // namespace tessera
