// Every thread has a share of a region's pieces, in a word that says which of them nobody has
// begun. It takes those of its own first and then what others have left, so that nobody waits for a
// thread that the system has not woken yet.
#include "threads/pool.hpp"
#include "threads/faults_only.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>
#ifdef __linux__
#include <sched.h>
#endif

namespace tessera::detail {

namespace {

constinit thread_local bool is_in_piece = false;

/// The processors that this process may run on.
int processors() {
#ifdef __linux__
  cpu_set_t mine;
  if (sched_getaffinity(0, sizeof mine, &mine) == 0) return CPU_COUNT(&mine);
#endif
  return static_cast<int>(std::thread::hardware_concurrency());
}

void pause_a_little() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Looks again and again for a short while: what comes soon is seen at once, and what does not come
/// takes no processor's time.
template <class F> bool comes_soon(F has_come) {
  using clock = std::chrono::steady_clock;
  constexpr std::chrono::microseconds while_looking{20};
  constexpr int looks = 16;
  const auto end = clock::now() + while_looking;
  do {
    for (int i = 0; i < looks; ++i) {
      if (has_come()) return true;
      pause_a_little();
    }
  } while (clock::now() < end);
  return false;
}

/// Pieces of one thread: the next one, and in the upper half where they end.
struct alignas(64) share {
  std::atomic<std::uint64_t> left = 0;

  void fill(index_t begin, index_t end) {
    left.store(static_cast<std::uint64_t>(end) << 32U | static_cast<std::uint64_t>(begin),
               std::memory_order_release);
  }
  /// The number of a piece that nobody else does from now on, or -1.
  index_t take() {
    std::uint64_t here = left.load(std::memory_order_acquire);
    while ((here & 0xffffffffU) < here >> 32U)
      if (left.compare_exchange_weak(here, here + 1, std::memory_order_acq_rel,
                                     std::memory_order_acquire))
        return static_cast<index_t>(here & 0xffffffffU);
    return -1;
  }
};

class pool {
public:
  /// Null where there is none yet.
  static pool* existing() { return instance_.load(std::memory_order_acquire); }
  static pool& get();

  /// False where another thread's pieces are under way.
  bool try_run(int threads, index_t pieces, piece_function run, void* context);

private:
  pool() : shares_(std::make_unique<share[]>(most_threads)), processors_(processors()) {}

  void start_workers(int count);
  void work(int own, int seen);
  void take_pieces(int own);
  void do_piece(index_t piece);
  void note_failure(index_t piece);
  void wait_for_others();

  static std::atomic<pool*> instance_;

  std::unique_ptr<share[]> shares_;
  int processors_;
  std::atomic<bool> busy_ = false;
  std::atomic<int> regions_ = 0;    // what workers wait for
  std::atomic<int> unfinished_ = 0; // pieces
  std::atomic<int> sharers_ = 0;    // threads of the region
  std::atomic<bool> looks_ = true;  // there is a processor for each of them
  // Read by who has taken a piece only, so not while they change.
  piece_function run_ = nullptr;
  void* context_ = nullptr;
  int workers_ = 0; // only read and changed by who is busy
  std::mutex failing_;
  index_t failed_ = 0; // the lowest piece that threw
  std::exception_ptr failure_;
};

constinit std::atomic<pool*> pool::instance_ = nullptr;

/// Never destroyed, since its threads sleep in it until the process ends; a process that was forked
/// has none of them, and begins anew.
pool& pool::get() {
  if (pool* const there = existing()) return *there;
  static const bool handled = [] {
    return pthread_atfork(nullptr, nullptr, [] { instance_.store(nullptr); }) == 0;
  }();
  static_cast<void>(handled);
  auto* const made = new pool;
  pool* there = nullptr;
  if (instance_.compare_exchange_strong(there, made)) return *made;
  delete made; // another thread was faster
  return *there;
}

void pool::start_workers(int count) {
  if (workers_ >= count) return;
  const faults_only signals;
  while (workers_ < count) {
    try {
      std::thread(&pool::work, this, workers_ + 1, regions_.load()).detach();
    } catch (const std::system_error& e) {
      throw_error(error_kind::other,
                  fmt::format("cannot start thread {} of {}: {}; ask for fewer by TESSERA_THREADS "
                              "or set_threads",
                              workers_ + 2, count + 1, e.code().message()));
    }
    ++workers_;
  }
}

void pool::work(int own, int seen) {
  is_in_piece = true;
  for (;;) {
    const auto has_come = [&] { return regions_.load(std::memory_order_acquire) != seen; };
    if (!looks_.load(std::memory_order_relaxed) || !comes_soon(has_come))
      regions_.wait(seen, std::memory_order_acquire);
    seen = regions_.load(std::memory_order_acquire);
    if (own < sharers_.load(std::memory_order_relaxed)) take_pieces(own);
  }
}

void pool::take_pieces(int own) {
  const int sharers = sharers_.load(std::memory_order_relaxed);
  for (int i = 0; i < sharers; ++i) {
    share& from = shares_[static_cast<std::size_t>((own + i) % sharers)];
    for (index_t piece = from.take(); piece >= 0; piece = from.take()) do_piece(piece);
  }
}

void pool::do_piece(index_t piece) {
  try {
    run_(piece, context_);
  } catch (...) {
    note_failure(piece);
  }
  // What was done is seen by who waits; afterwards nothing here is read but the pool itself.
  if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_one();
}

void pool::note_failure(index_t piece) {
  const std::lock_guard lock(failing_);
  if (failure_ != nullptr && failed_ < piece) return;
  failed_ = piece;
  failure_ = std::current_exception();
}

void pool::wait_for_others() {
  const auto has_come = [&] { return unfinished_.load(std::memory_order_acquire) == 0; };
  if (looks_.load(std::memory_order_relaxed) && comes_soon(has_come)) return;
  for (int left = unfinished_.load(std::memory_order_acquire); left != 0;
       left = unfinished_.load(std::memory_order_acquire))
    unfinished_.wait(left, std::memory_order_acquire);
}

bool pool::try_run(int threads, index_t pieces, piece_function run, void* context) {
  if (busy_.exchange(true, std::memory_order_acquire)) return false;
  const struct release {
    std::atomic<bool>& busy;
    ~release() { busy.store(false, std::memory_order_release); }
  } at_end{busy_};
  const int sharers = static_cast<int>(std::min<index_t>(threads, pieces));
  start_workers(sharers - 1);
  run_ = run;
  context_ = context;
  unfinished_.store(static_cast<int>(pieces), std::memory_order_relaxed);
  sharers_.store(sharers, std::memory_order_relaxed);
  looks_.store(sharers <= processors_, std::memory_order_relaxed);
  for (int k = 0; k < sharers; ++k)
    shares_[static_cast<std::size_t>(k)].fill(pieces * k / sharers, pieces * (k + 1) / sharers);
  regions_.fetch_add(1, std::memory_order_release);
  regions_.notify_all();
  is_in_piece = true;
  take_pieces(0);
  is_in_piece = false;
  wait_for_others();
  if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
  return true;
}

/// As on threads: all are done before anything is thrown.
void run_in_turn(index_t pieces, piece_function run, void* context) {
  std::exception_ptr failure;
  for (index_t k = 0; k < pieces; ++k) {
    try {
      run(k, context);
    } catch (...) {
      if (failure == nullptr) failure = std::current_exception();
    }
  }
  if (failure != nullptr) std::rethrow_exception(failure);
}

constinit std::mutex merging;

} // namespace

index_t pieces_of(index_t items, index_t least) {
  if (items < 2 * least || is_in_piece) return 1;
  const int count = threads();
  constexpr index_t of_each = 8; // so that who is done takes what others have left
  return count == 1 ? 1 : std::min(items / least, of_each * count);
}

void run_pieces(index_t pieces, piece_function run, void* context) {
  if (pieces == 1) return run(0, context);
  const int count = is_in_piece ? 1 : threads();
  if (count == 1 || !pool::get().try_run(count, pieces, run, context))
    run_in_turn(pieces, run, context);
}

void work_alone() { is_in_piece = true; }

one_piece_at_a_time::one_piece_at_a_time() { merging.lock(); }
one_piece_at_a_time::~one_piece_at_a_time() { merging.unlock(); }

} // namespace tessera::detail
