/// @file
/// Memory for what files hold: errors name the file.
#pragma once

#include <tessera/core/error.hpp>

#include <iosfwd>
#include <new>

namespace tessera::detail {

/// Throws memory_error "cannot read 'a.npy': cannot allocate 80000000000 bytes for an array".
[[noreturn]] void throw_no_memory(const std::string& path, const char* reason);

/// Runs `f`; where memory runs out, the error names the file. Local.
template <class F> auto with_memory_for(const std::string& path, F&& f) {
  try {
    return f();
  } catch (const memory_error& failure) {
    throw_no_memory(path, failure.what());
  } catch (const std::bad_alloc&) {
    throw_no_memory(path, "there is not enough memory");
  }
}

} // namespace tessera::detail
