// Events of one rank as lines of Chrome's trace format.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/distributed/ranks/traffic.hpp>

#include <string>

namespace tessera::detail {

/// The rank is a process with a track for each of its threads; calls are complete events, messages
/// flows from a moment of the sender's track to one of the receiver's.
class trace_lines {
public:
  explicit trace_lines(int rank);

  /// Times in seconds.
  void add_call(const profile_entry& region, bool is_wait, std::size_t thread, double begin,
                double duration);
  /// With its end of an arrow, where the trace has the other one.
  void add_message(const message_event& message, double when, bool has_arrow);
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  void add(const char* kind, std::size_t thread, double when);

  int rank_;
  std::string text_;
};

} // namespace tessera::detail
