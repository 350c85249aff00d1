/// @file
/// One call of a parser with bytes that may be anything. They end in data or in an error of the
/// library; all else is a finding: a crash, undefined behaviour, another exception, a result that
/// contradicts itself.
#pragma once

#include <tessera/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace tessera_fuzz {

void npy(const std::string& bytes);
void text(const std::string& bytes);
void manifest(const std::string& bytes);
void zarr(const std::string& bytes);

/// Ends the program, as a fuzzer wants to see it.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "finding: %s\n", what);
  std::abort();
}

/// Calls `f`, which may throw an error of the library; returns its message.
template <class F> std::string error_of(F&& f) {
  try {
    f();
  } catch (const tessera::error& e) {
    require(*e.what() != '\0', "an error without a message");
    return e.what();
  }
  return {};
}

} // namespace tessera_fuzz
