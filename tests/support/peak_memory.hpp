// How much memory a call needs at most.
#pragma once

#include <fstream>
#include <string>

namespace tessera_test {

/// A line of /proc/self/status, in bytes.
inline long memory_of(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == name + ":") {
      long kibibytes = 0;
      status >> kibibytes;
      return kibibytes * 1024;
    }
  return 0;
}

/// By how many bytes the process grew at most while `call` ran; negative where Linux cannot say.
template <class F> long peak_growth(const F& call) {
  if (!(std::ofstream("/proc/self/clear_refs") << 5).flush()) return -1; // forgets the last peak
  const long before = memory_of("VmRSS");
  call();
  return memory_of("VmHWM") - before;
}

} // namespace tessera_test
