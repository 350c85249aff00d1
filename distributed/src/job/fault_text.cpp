#include "job/fault_text.hpp"

#include "stack/call_site.hpp"

#include <fmt/core.h>

#include <cstdint>

namespace tessera::detail {

namespace {

constexpr std::size_t most_frames = 16; // of a recursion without end

/// Of the signals by which the processor complains, and not of those that somebody sends.
std::string text_of_address(const siginfo_t& signal) {
  const bool tells = (signal.si_signo == SIGSEGV || signal.si_signo == SIGBUS) &&
                     signal.si_code > 0 && signal.si_code < SI_KERNEL;
  if (!tells) return {};
  return fmt::format(", address {:#x}", reinterpret_cast<std::uintptr_t>(signal.si_addr));
}

/// " in sum, called at heat.cpp:41", " at heat.cpp:41", " in step"
std::string text_of_innermost(const call_site& site) {
  const std::string at = site.has_line ? "at " + site.place : site.place;
  if (site.call.empty()) return at.empty() ? "" : " " + at;
  return fmt::format(" in {}{}{}", site.call, at.empty() ? "" : ", called ", at);
}

} // namespace

const char* name_of_fault(int number, int code) noexcept {
  switch (number) {
  case SIGSEGV: return "segmentation fault";
  case SIGBUS: return "bus error";
  case SIGILL: return "illegal instruction";
  case SIGABRT: return "abort";
  case SIGFPE: return code == FPE_INTDIV ? "integer division by zero" : "arithmetic fault";
  default: return "fault";
  }
}

std::string fault_text(const char* program_name, int rank, const siginfo_t& signal,
                       void* const* addresses, std::size_t count) {
  const program_stack stack = find_program_stack(addresses, count);
  std::string text =
      fmt::format("{}: {}was ended by signal {} ({}{}){}{}\n", program_name,
                  rank < 0 ? "the program " : fmt::format("rank {} ", rank), signal.si_signo,
                  name_of_fault(signal.si_signo, signal.si_code), text_of_address(signal),
                  text_of_innermost(stack.innermost), stack.frames.empty() ? "" : ":");
  std::size_t told = 0;
  for (const program_stack::frame& frame : stack.frames) {
    if (told++ == most_frames) return text + "  ...\n";
    text += fmt::format("  {}{}\n", frame.text,
                        frame.times == 1 ? "" : fmt::format(", {} times", frame.times));
  }
  return text;
}

} // namespace tessera::detail
