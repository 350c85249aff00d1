// Where in the user's program a call of the library stands.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tessera::detail {

/// The call in the user's code, as far as the program's debug information and symbols tell.
struct call_site {
  std::string call;  ///< what was called: "sum", "MPI_Recv"; empty where nothing of the kind was
  std::string place; ///< "heat.cpp:41", "in step" without debug information, or empty
  bool has_line = false;
};

/// Of the addresses that `backtrace` gives, the innermost first. Takes a tenth of a second or more
/// the first time.
call_site find_call_site(void* const* addresses, std::size_t count);
/// All of them, the innermost first: a function of the user's may have been called by the library.
std::vector<call_site> find_call_sites(void* const* addresses, std::size_t count);

/// What of a stack is the user's program.
struct program_stack {
  struct frame {
    std::string text; ///< "step at heat.cpp:41"
    int times = 1;    ///< in a row, of a recursion
  };
  call_site innermost;
  std::vector<frame> frames; ///< the innermost first
};
program_stack find_program_stack(void* const* addresses, std::size_t count);

/// Of the calling thread.
call_site find_call_site();

/// Addresses on a stack that another process of the same program understands: counted from where
/// the program lies; without those in shared libraries.
struct portable_stack {
  std::array<std::uint64_t, 12> offsets{};
};
/// Of the calling thread; takes microseconds.
portable_stack current_stack();
call_site find_call_site(const portable_stack& stack);

/// Is the call that returns to this address one by Tessera itself? No where that is unknown.
bool is_call_of_library(const void* address);

/// "sum at heat.cpp:41"
std::string text_of(const call_site& site);

} // namespace tessera::detail
