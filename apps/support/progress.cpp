#include "progress.hpp"

#include <tessera/core/timer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <unistd.h>
#include <utility>

namespace apps {

using tessera::index_t;

namespace {

constexpr double seconds_before = 1;
constexpr double seconds_between = 0.1;
constexpr double seconds_between_lines = 10;
constexpr std::size_t width = 40;

/// "[####....]  40 %  "
std::string bar(double part) {
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(width));
  return fmt::format("[{}{}] {:3.0f} %  ", std::string(filled, '#'),
                     std::string(width - filled, '.'), 100.0 * part);
}

} // namespace

progress::progress(index_t total, bool wanted, std::string unit, bool lines)
    : total_(total), unit_(std::move(unit)), on_terminal_(isatty(STDERR_FILENO) != 0),
      shown_(wanted && (lines || on_terminal_)),
      last_drawn_(tessera::perf_counter() + seconds_before - seconds_between) {}

progress::~progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void progress::update(index_t done) {
  if (!shown_) return;
  const double now = tessera::perf_counter();
  if (now - last_drawn_ < (on_terminal_ ? seconds_between : seconds_between_lines)) return;
  last_drawn_ = now;
  drawn_ = on_terminal_;
  std::string text = on_terminal_ ? "\r" : "";
  if (total_ > 0) {
    // Some work is done twice, which the total does not know.
    done = std::min(done, total_);
    text += bar(static_cast<double>(done) / static_cast<double>(total_));
  }
  text += fmt::format("{} {}", unit_, done);
  if (total_ > 0) text += fmt::format(" of {}", total_);
  std::fputs((text + (on_terminal_ ? "\033[K" : "\n")).c_str(), stderr);
  std::fflush(stderr);
}

watched_progress::watched_progress(index_t total, bool wanted, const std::string& unit,
                                   index_t (*done)() noexcept)
    : bar_(total, wanted, unit) {
  if (!bar_.is_shown()) return;
  watcher_ = std::jthread([this, done, first = done()](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      bar_.update(done() - first);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
}

watched_progress::~watched_progress() {
  if (!watcher_.joinable()) return;
  watcher_.request_stop();
  watcher_.join();
}

} // namespace apps
