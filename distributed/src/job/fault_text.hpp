// What is said of a signal that ended a rank.
#pragma once

#include <csignal>
#include <cstddef>
#include <string>

namespace tessera::detail {

/// "segmentation fault" of SIGSEGV. Safe in a signal handler.
const char* name_of_fault(int number, int code) noexcept;

/// "heat: rank 3 was ended by signal 11 (segmentation fault, address 0x10) at heat.cpp:41:", and a
/// line for each of the user's functions on the stack. A `rank` below 0 is not known yet; the
/// addresses are those of `backtrace`, the innermost first.
std::string fault_text(const char* program_name, int rank, const siginfo_t& signal,
                       void* const* addresses, std::size_t count);

} // namespace tessera::detail
