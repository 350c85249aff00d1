/// @file
/// Work beside the program: tasks that a thread of its own does one after another, such as writing
/// what was saved while the program computes.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace tessera::detail {

/// One piece of work that the process does in the background, such as a save, as tasks that are
/// done in the order in which they are added, behind all that was added to others before. After a
/// failure, those that remain are passed over.
///
/// The background is one thread for each process. It takes no signals, gives way to the program
/// where both want a processor (it is 15 steps nicer: it has a thirtieth then), and does by itself
/// what threads could share. Tasks must not call MPI or HDF5. All members are local and may be
/// called by any thread.
class background_work : public std::enable_shared_from_this<background_work> {
public:
  /// How a task is to be treated when one before it has failed.
  enum class after_failure { pass_over, run };

  static std::shared_ptr<background_work> begin();

  /// Adds a task. What it holds is let go before anybody hears that it is done. A task that is run
  /// after a failure finds that by `has_failed`.
  /// @throws error where no thread can be started.
  void add(std::function<void()> task, after_failure how = after_failure::pass_over);
  /// From now on, tasks that are added wait for `release`: where the program does something that
  /// they would be in the way of.
  void hold();
  void release();
  /// Has tasks that nobody has begun passed over, and those that wait for something give up.
  void give_up();
  [[nodiscard]] bool has_failed() const;
  [[nodiscard]] bool is_given_up() const;
  /// Has a task failed, and nobody knows?
  [[nodiscard]] bool has_news() const;

  /// Are all tasks done?
  [[nodiscard]] bool is_done() const;
  /// Waits until they are.
  void wait() const;
  /// What the first task that failed threw; null where none did. From then on, somebody knows.
  [[nodiscard]] std::exception_ptr failure();

private:
  friend struct background;
  background_work() = default;
  void run(std::function<void()>& task, after_failure how);

  struct held_task {
    std::function<void()> task;
    after_failure how;
  };

  mutable std::mutex changing_;
  mutable std::condition_variable done_;
  int tasks_ = 0; // that are not done
  bool holds_ = false;
  std::vector<held_task> held_;
  bool is_given_up_ = false;
  bool is_known_ = false;
  std::exception_ptr failure_;
};

/// Waits until all that is in the background is done. Where that takes longer than `seconds`, the
/// rest is given up. Returns what failed and nobody knows of; null where there is nothing. Local.
[[nodiscard]] std::exception_ptr end_background(double seconds);

} // namespace tessera::detail
