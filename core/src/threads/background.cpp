#include "threads/faults_only.hpp"
#include "threads/pool.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads/background.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#ifdef __linux__
#include <sys/resource.h>
#endif

namespace tessera::detail {

namespace {

/// The program comes first. Where threads have no priorities of their own, nothing is changed.
void give_way() {
#ifdef __linux__
  constexpr int nicer = 15;
  static_cast<void>(setpriority(PRIO_PROCESS, 0, nicer));
#endif
}

} // namespace

/// The thread and what it has to do. Never destroyed: the thread sleeps in it until the process
/// ends.
struct background {
  struct queued_task {
    std::shared_ptr<background_work> work;
    std::function<void()> task;
    background_work::after_failure how;
  };

  /// Null where there is none yet.
  static std::atomic<background*> instance;
  static background& get();

  void add(queued_task task);
  void note(const std::shared_ptr<background_work>& work);
  std::exception_ptr end(double seconds);

private:
  void start_thread();
  [[noreturn]] void run();
  bool wait_until_idle(double seconds);

  std::mutex changing_;
  std::condition_variable comes_;
  std::condition_variable idle_;
  std::deque<queued_task> tasks_;
  std::vector<std::shared_ptr<background_work>> works_; // of which somebody may have to hear
  bool has_thread_ = false;
  bool is_busy_ = false;
};

constinit std::atomic<background*> background::instance = nullptr;

/// A process that was forked has no such thread, and begins anew.
background& background::get() {
  if (background* const there = instance) return *there;
  static const bool handled = pthread_atfork(nullptr, nullptr, [] { instance = nullptr; }) == 0;
  static_cast<void>(handled);
  // A program that ends in another way than by `run` waits here.
  static const struct at_exit {
    ~at_exit() {
      constexpr double long_enough = 60;
      static_cast<void>(end_background(long_enough));
    }
  } waits;
  auto* const made = new background;
  background* there = nullptr;
  if (instance.compare_exchange_strong(there, made)) return *made;
  delete made; // another thread was faster
  return *there;
}

void background::start_thread() {
  if (has_thread_) return;
  const faults_only signals;
  try {
    std::thread([this] { run(); }).detach();
  } catch (const std::system_error& e) {
    throw_error(
        error_kind::other,
        fmt::format("cannot start a thread to write in the background: {}", e.code().message()));
  }
  has_thread_ = true;
}

void background::add(queued_task task) {
  const std::lock_guard lock(changing_);
  start_thread();
  tasks_.push_back(std::move(task));
  comes_.notify_one();
}

void background::note(const std::shared_ptr<background_work>& work) {
  const std::lock_guard lock(changing_);
  std::erase_if(works_, [](const auto& w) { return w->is_done() && !w->has_news(); });
  works_.push_back(work);
}

void background::run() {
  give_way();
  work_alone();
  for (;;) {
    queued_task next;
    {
      std::unique_lock lock(changing_);
      is_busy_ = false;
      if (tasks_.empty()) idle_.notify_all();
      comes_.wait(lock, [this] { return !tasks_.empty(); });
      next = std::move(tasks_.front());
      tasks_.pop_front();
      is_busy_ = true;
    }
    next.work->run(next.task, next.how);
  }
}

bool background::wait_until_idle(double seconds) {
  std::unique_lock lock(changing_);
  return idle_.wait_for(lock, std::chrono::duration<double>(seconds),
                        [this] { return tasks_.empty() && !is_busy_; });
}

std::exception_ptr background::end(double seconds) {
  constexpr double for_ever = 1e9;
  if (!wait_until_idle(std::min(seconds, for_ever))) {
    const std::vector<std::shared_ptr<background_work>> works = [this] {
      const std::lock_guard lock(changing_);
      return works_;
    }();
    for (const auto& w : works) w->give_up();
    wait_until_idle(for_ever);
  }
  const std::lock_guard lock(changing_);
  std::exception_ptr first;
  for (const auto& w : std::exchange(works_, {})) {
    const bool is_news = w->has_news();
    const std::exception_ptr failure = w->failure();
    if (is_news && first == nullptr) first = failure;
  }
  return first;
}

std::exception_ptr end_background(double seconds) {
  background* const there = background::instance;
  return there != nullptr ? there->end(seconds) : nullptr;
}

std::shared_ptr<background_work> background_work::begin() {
  std::shared_ptr<background_work> work(new background_work);
  background::get().note(work);
  return work;
}

void background_work::add(std::function<void()> task, after_failure how) {
  {
    const std::lock_guard lock(changing_);
    ++tasks_;
    if (holds_) {
      held_.push_back({std::move(task), how});
      return;
    }
  }
  try {
    background::get().add({shared_from_this(), std::move(task), how});
  } catch (...) {
    const std::lock_guard lock(changing_);
    --tasks_;
    throw;
  }
}

void background_work::hold() {
  const std::lock_guard lock(changing_);
  holds_ = true;
}

void background_work::release() {
  std::vector<held_task> held;
  {
    const std::lock_guard lock(changing_);
    holds_ = false;
    held.swap(held_);
    tasks_ -= static_cast<int>(held.size());
  }
  for (held_task& h : held) add(std::move(h.task), h.how);
}

void background_work::run(std::function<void()>& task, after_failure how) {
  std::exception_ptr failure;
  try {
    if (how == after_failure::run || (!has_failed() && !is_given_up())) task();
  } catch (...) {
    failure = std::current_exception();
  }
  task = nullptr;
  const std::lock_guard lock(changing_);
  if (failure_ == nullptr) failure_ = failure;
  if (--tasks_ == 0) done_.notify_all();
}

void background_work::give_up() {
  const std::lock_guard lock(changing_);
  is_given_up_ = true;
}

bool background_work::has_failed() const {
  const std::lock_guard lock(changing_);
  return failure_ != nullptr;
}

bool background_work::has_news() const {
  const std::lock_guard lock(changing_);
  return failure_ != nullptr && !is_known_;
}

bool background_work::is_given_up() const {
  const std::lock_guard lock(changing_);
  return is_given_up_;
}

bool background_work::is_done() const {
  const std::lock_guard lock(changing_);
  return tasks_ == 0;
}

void background_work::wait() const {
  std::unique_lock lock(changing_);
  done_.wait(lock, [this] { return tasks_ == 0; });
}

std::exception_ptr background_work::failure() {
  const std::lock_guard lock(changing_);
  is_known_ = true;
  return failure_;
}

} // namespace tessera::detail
