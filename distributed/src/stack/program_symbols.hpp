// What addresses of this program are: functions, files, lines. By libdw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tessera::detail {

/// One function that was being executed, maybe inlined into the next one.
struct stack_frame {
  std::string function; ///< as the linker knows it, or its plain name; may be empty
  std::string file;     ///< empty without debug information
  int line = 0;
  bool is_in_program = false; ///< in the program itself, not in a shared library
};

/// The functions at one address, from the innermost outwards, looked up once. Not for two threads
/// at a time.
const std::vector<stack_frame>& frames_of(std::uintptr_t address);

/// Where the program itself lies in memory.
struct address_range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};
address_range addresses_of_program();

} // namespace tessera::detail
