// A progress bar on stderr.
#pragma once

#include <tessera/core/shape.hpp>

namespace apps {

/// Draws itself only where it is wanted and stderr is a terminal.
class progress {
public:
  progress(tessera::index_t total, bool wanted);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  /// Wipes the bar.
  ~progress();

  /// Cheap enough for every step: draws a few times a second at most.
  void update(tessera::index_t done);

private:
  tessera::index_t total_;
  bool shown_;
  double last_drawn_ = 0;
};

} // namespace apps
