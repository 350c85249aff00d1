#include "stack/call_site.hpp"

#include "stack/program_symbols.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cxxabi.h>
#include <execinfo.h>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace tessera::detail {

namespace {

using std::string_view;

bool starts_with(string_view text, string_view start) {
  return text.substr(0, start.size()) == start;
}
bool contains(string_view text, string_view part) { return text.find(part) != string_view::npos; }

/// Where the library's own sources lay when it was compiled.
string_view source_folder() {
  const string_view here = __FILE__;
  return here.substr(0, here.find("distributed/src/stack/"));
}

bool is_file_of_library(string_view file) {
  if (contains(file, "/include/tessera/") || contains(file, "/include/c++/")) return true;
  const string_view root = source_folder();
  if (root.empty() || !starts_with(file, root)) return false;
  const string_view rest = file.substr(root.size());
  return starts_with(rest, "core/") || starts_with(rest, "distributed/") ||
         starts_with(rest, "io/");
}

/// The outermost namespace and what follows of a function, or of the one that it is local to, by
/// its name for the linker: "7tessera3sum...", "St6vector...".
string_view from_namespace(string_view name) {
  if (!starts_with(name, "_Z")) return {};
  name.remove_prefix(2);
  while (starts_with(name, "Z")) name.remove_prefix(1);
  if (starts_with(name, "N")) name.remove_prefix(1);
  while (!name.empty() && contains("KVrRO", name.substr(0, 1))) name.remove_prefix(1);
  return name;
}

bool is_in_std(const stack_frame& frame) {
  return contains(frame.file, "/include/c++/") || starts_with(from_namespace(frame.function), "St");
}

/// A function in tessera or std, or a local one of such a function.
bool is_function_of_library(string_view name) {
  const string_view inner = from_namespace(name);
  return starts_with(inner, "7tessera") || starts_with(inner, "St");
}

/// It stands before what it looks at.
bool is_of_sanitizer(const stack_frame& frame) {
  return contains(frame.file, "/libsanitizer/") || contains(frame.function, "__interceptor_");
}

/// Functions of the interpreter say nothing about the script.
bool is_python() {
  static const bool yes = starts_with(program_invocation_short_name, "python");
  return yes;
}

bool is_of_user(const stack_frame& frame) {
  if (is_of_sanitizer(frame)) return false;
  if (!frame.file.empty()) return !is_file_of_library(frame.file);
  return frame.is_in_program && !is_python() && !is_function_of_library(frame.function);
}

std::string demangled(const std::string& name) {
  int state = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &state), &std::free);
  std::string result = state == 0 ? text.get() : name;
  // What a compiler adds to functions of strings.
  constexpr string_view mark = "[abi:cxx11]";
  for (std::size_t at; (at = result.find(mark)) != std::string::npos;)
    result.erase(at, mark.size());
  return result;
}

/// Without what stands in brackets: "main::{lambda}::operator" of
/// "main::{lambda(int)#1}::operator()(int) const".
std::string without_brackets(string_view name) {
  std::string result;
  int depth = 0;
  for (const char c : name) {
    if (c == '<' || c == '(' || c == '{')
      ++depth;
    else if (c == '>' || c == ')' || c == '}')
      --depth;
    else if (depth == 0)
      result += c;
  }
  return result;
}

/// "sum" of "double tessera::sum<...>(...)".
std::string short_name(const std::string& function) {
  std::string name = demangled(function);
  const std::size_t op = name.find("operator");
  if (op != std::string::npos) {
    const std::size_t symbol = op + string_view("operator").size();
    const bool is_call = starts_with(string_view(name).substr(symbol), "()");
    const std::size_t end =
        name.find_first_of("(<", name.find_first_not_of("=<>+-*/%&|^!~[]", symbol));
    return is_call ? "operator()" : name.substr(op, end == std::string::npos ? end : end - op);
  }
  name = without_brackets(name);
  for (const string_view ending : {" const", " [clone"})
    if (const std::size_t end = name.find(ending); end != std::string::npos) name.resize(end);
  return name.substr(name.find_last_of(": ") + 1);
}

/// The outermost named part: "main" of "main::{lambda}::operator()".
std::string whole_function(const std::string& function) {
  std::string name = without_brackets(demangled(function));
  if (const std::size_t end = name.find("::::"); end != std::string::npos) name.resize(end);
  for (const string_view ending : {" [clone", " const"})
    if (const std::size_t end = name.find(ending); end != std::string::npos) name.resize(end);
  while (!name.empty() && (name.back() == ' ' || name.back() == ':')) name.pop_back();
  name.erase(0, name.find_last_of(' ') + 1); // what it returns
  name.erase(0, name.find_first_not_of(':'));
  return name == "operator" ? "a lambda" : name;
}

std::string place_of(const stack_frame& frame) {
  if (!frame.file.empty() && frame.line > 0)
    return frame.file.substr(frame.file.find_last_of('/') + 1) + ":" + std::to_string(frame.line);
  const std::string name = whole_function(frame.function);
  return name.empty() ? "" : "in " + name;
}

/// "MPI_Recv" of that or of PMPI_Recv; empty for others.
std::string name_in_mpi(const std::string& function) {
  if (starts_with(function, "MPI_")) return function;
  return starts_with(function, "PMPI_") ? function.substr(1) : "";
}

/// What the user's function calls: a function of the library, or one of MPI.
std::string call_of(const std::vector<stack_frame>& frames, std::size_t user) {
  if (user == 0) return {};
  const stack_frame& called = frames[user - 1];
  if (contains(called.file, "/include/tessera/") || contains(called.function, "7tessera"))
    return short_name(called.function);
  for (std::size_t k = user; k-- > 0;)
    if (std::string name = name_in_mpi(frames[k].function); !name.empty()) return name;
  return {};
}

std::mutex& symbols_mutex() {
  static auto* const mutex = new std::mutex;
  return *mutex;
}

/// How many calls of the user's are looked for.
enum class wanted_sites { innermost, all };

/// Frames of the user's that called something that is not.
std::vector<call_site> call_sites_at(const std::vector<std::uintptr_t>& addresses,
                                     wanted_sites wanted) {
  const std::lock_guard lock(symbols_mutex());
  std::vector<stack_frame> frames;
  std::vector<call_site> sites;
  for (const std::uintptr_t address : addresses) {
    std::size_t k = frames.size();
    const std::vector<stack_frame>& more = frames_of(address);
    frames.insert(frames.end(), more.begin(), more.end());
    for (; k < frames.size(); ++k)
      if (is_of_user(frames[k]) && (k == 0 || !is_of_user(frames[k - 1])))
        sites.push_back({call_of(frames, k), place_of(frames[k]), frames[k].line > 0});
    if (wanted == wanted_sites::innermost && !sites.empty()) break;
  }
  return sites;
}

/// What starts a program is compiled into it, too.
bool is_start(const stack_frame& frame) {
  return frame.function == "_start" || contains(frame.file, "sysdeps/");
}

void append_frame(program_stack& stack, std::string text) {
  if (stack.frames.empty() || stack.frames.back().text != text)
    stack.frames.push_back({std::move(text), 1});
  else
    ++stack.frames.back().times;
}

call_site innermost_at(const std::vector<std::uintptr_t>& addresses) {
  const std::vector<call_site> sites = call_sites_at(addresses, wanted_sites::innermost);
  return sites.empty() ? call_site() : sites.front();
}

std::vector<std::uintptr_t> as_numbers(void* const* addresses, std::size_t count) {
  std::vector<std::uintptr_t> numbers;
  numbers.reserve(count);
  for (std::size_t k = 0; k < count; ++k)
    numbers.push_back(reinterpret_cast<std::uintptr_t>(addresses[k]));
  return numbers;
}

} // namespace

std::vector<call_site> find_call_sites(void* const* addresses, std::size_t count) {
  return call_sites_at(as_numbers(addresses, count), wanted_sites::all);
}

program_stack find_program_stack(void* const* addresses, std::size_t count) {
  const std::vector<std::uintptr_t> numbers = as_numbers(addresses, count);
  program_stack stack{innermost_at(numbers), {}};
  const std::lock_guard lock(symbols_mutex());
  for (const std::uintptr_t address : numbers)
    for (const stack_frame& frame : frames_of(address))
      if (is_of_user(frame) && !is_start(frame))
        append_frame(stack, text_of({whole_function(frame.function), place_of(frame), false}));
  return stack;
}

call_site find_call_site(void* const* addresses, std::size_t count) {
  return innermost_at(as_numbers(addresses, count));
}

call_site find_call_site() {
  std::array<void*, 128> addresses{};
  const int count = ::backtrace(addresses.data(), static_cast<int>(addresses.size()));
  return find_call_site(addresses.data(), static_cast<std::size_t>(count));
}

portable_stack current_stack() {
  std::array<void*, 24> addresses{};
  const int count = ::backtrace(addresses.data(), static_cast<int>(addresses.size()));
  const address_range program = addresses_of_program();
  portable_stack stack;
  std::size_t used = 0;
  for (int k = 0; k < count && used < stack.offsets.size(); ++k) {
    const auto at = reinterpret_cast<std::uintptr_t>(addresses[static_cast<std::size_t>(k)]);
    if (at >= program.begin && at < program.end) stack.offsets[used++] = at - program.begin;
  }
  return stack;
}

call_site find_call_site(const portable_stack& stack) {
  std::vector<std::uintptr_t> addresses;
  for (const std::uint64_t offset : stack.offsets)
    if (offset != 0) addresses.push_back(addresses_of_program().begin + offset);
  return innermost_at(addresses);
}

bool is_call_of_library(const void* address) {
  const std::lock_guard lock(symbols_mutex());
  for (const stack_frame& frame : frames_of(reinterpret_cast<std::uintptr_t>(address)))
    if (!is_in_std(frame))
      return frame.file.empty() ? is_function_of_library(frame.function)
                                : is_file_of_library(frame.file);
  return false;
}

std::string text_of(const call_site& site) {
  if (site.place.empty()) return site.call;
  if (site.call.empty()) return site.place;
  return site.call + (starts_with(site.place, "in ") ? " " : " at ") + site.place;
}

} // namespace tessera::detail
