// A progress bar on stderr.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <thread>

namespace apps {

/// Draws itself only where it is wanted, stderr is a terminal, and it takes longer than a second.
/// In `lines`, it is printed every 10 seconds elsewhere, too.
class progress {
public:
  /// A `total` of 0 is not known. `unit` is what is counted: "step".
  progress(tessera::index_t total, bool wanted, std::string unit = "step", bool lines = false);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  /// Wipes the bar.
  ~progress();

  [[nodiscard]] bool is_shown() const { return shown_; }
  /// Cheap enough for every step: draws a few times a second at most.
  void update(tessera::index_t done);

private:
  tessera::index_t total_;
  std::string unit_;
  bool on_terminal_;
  bool shown_;
  double last_drawn_;
  bool drawn_ = false;
};

/// A bar for work that does not call back: a thread of its own asks how far it is. The function
/// must be safe to call from there; what it returned at first is where the work begins.
class watched_progress {
public:
  watched_progress(tessera::index_t total, bool wanted, const std::string& unit,
                   tessera::index_t (*done)() noexcept);
  watched_progress(const watched_progress&) = delete;
  watched_progress& operator=(const watched_progress&) = delete;
  ~watched_progress();

private:
  progress bar_;
  std::jthread watcher_;
};

} // namespace apps
