#include "stack/program_symbols.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <link.h>
#include <memory>
#include <unistd.h>

namespace tessera::detail {

namespace {

/// Debug information lies in the files themselves: none is asked for in a network.
int find_none(Dwfl_Module* /*unused*/, void** /*unused*/, const char* /*unused*/,
              Dwarf_Addr /*unused*/, const char* /*unused*/, const char* /*unused*/,
              GElf_Word /*unused*/, char** /*unused*/) {
  return -1;
}

Dwfl* open_self() {
  static const Dwfl_Callbacks callbacks{&dwfl_linux_proc_find_elf, &find_none, nullptr, nullptr};
  Dwfl* const self = dwfl_begin(&callbacks);
  if (self == nullptr) return nullptr;
  if (dwfl_linux_proc_report(self, getpid()) == 0 && dwfl_report_end(self, nullptr, nullptr) == 0)
    return self;
  dwfl_end(self);
  return nullptr;
}

/// Opened once: what is loaded later stays unknown.
Dwfl* this_program() {
  static Dwfl* const self = open_self();
  return self;
}

std::string text_or_none(const char* text) { return text != nullptr ? text : ""; }

bool is_program(Dwfl_Module* module) {
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  const char* const name =
      dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  return length > 0 && name != nullptr &&
         std::string(path, static_cast<std::size_t>(length)) == name;
}

bool is_function(Dwarf_Die* die) {
  return dwarf_tag(die) == DW_TAG_subprogram || dwarf_tag(die) == DW_TAG_inlined_subroutine;
}

std::string name_of(Dwarf_Die* die) {
  Dwarf_Attribute found;
  if (dwarf_attr_integrate(die, DW_AT_linkage_name, &found) != nullptr)
    return text_or_none(dwarf_formstring(&found));
  return text_or_none(dwarf_diename(die));
}

Dwarf_Word number_of(Dwarf_Die* die, unsigned attribute) {
  Dwarf_Attribute found;
  Dwarf_Word number = 0;
  if (dwarf_attr(die, attribute, &found) != nullptr) dwarf_formudata(&found, &number);
  return number;
}

/// The scopes around an address, from the innermost outwards; those of inlined functions are of the
/// places where they were inlined.
class scopes_at {
public:
  scopes_at(Dwarf_Die* unit, Dwarf_Addr at) {
    Dwarf_Die* found = nullptr;
    if (dwarf_getscopes(unit, at, &found) > 0) {
      Dwarf_Die innermost = found[0];
      count_ = dwarf_getscopes_die(&innermost, &scopes_);
    }
    std::free(found);
  }
  scopes_at(const scopes_at&) = delete;
  scopes_at& operator=(const scopes_at&) = delete;
  ~scopes_at() { std::free(scopes_); }
  Dwarf_Die* begin() { return scopes_; }
  Dwarf_Die* end() { return count_ > 0 ? scopes_ + count_ : scopes_; }

private:
  Dwarf_Die* scopes_ = nullptr;
  int count_ = 0;
};

/// Inlined functions, and the one that they were inlined into.
void append_functions(Dwfl_Module* module, Dwarf_Addr address, stack_frame innermost,
                      std::vector<stack_frame>& frames) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = dwfl_module_addrdie(module, address, &bias);
  stack_frame next = std::move(innermost);
  if (unit != nullptr) {
    Dwarf_Files* files = nullptr;
    dwarf_getsrcfiles(unit, &files, nullptr);
    for (Dwarf_Die& scope : scopes_at(unit, address - bias)) {
      if (!is_function(&scope)) continue;
      const std::string name = name_of(&scope);
      if (!name.empty()) next.function = name;
      if (dwarf_tag(&scope) != DW_TAG_inlined_subroutine) break;
      frames.push_back(next);
      const char* const file =
          files == nullptr
              ? nullptr
              : dwarf_filesrc(files, number_of(&scope, DW_AT_call_file), nullptr, nullptr);
      next.file = text_or_none(file);
      next.line = static_cast<int>(number_of(&scope, DW_AT_call_line));
    }
  }
  frames.push_back(std::move(next));
}

/// The first object that is listed is the program.
int note_range(dl_phdr_info* object, std::size_t /*unused*/, void* result) {
  auto& range = *static_cast<address_range*>(result);
  range.begin = object->dlpi_addr;
  for (int k = 0; k < object->dlpi_phnum; ++k) {
    const auto& segment = object->dlpi_phdr[k];
    if (segment.p_type == PT_LOAD)
      range.end = std::max(range.end, object->dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  return 1;
}

} // namespace

address_range addresses_of_program() {
  static const address_range range = [] {
    address_range found;
    dl_iterate_phdr(&note_range, &found);
    return found;
  }();
  return range;
}

void append_frames(void* address, std::vector<stack_frame>& frames) {
  Dwfl* const self = this_program();
  if (self == nullptr) return;
  // Within the call: it returns to the instruction after it.
  const Dwarf_Addr at = reinterpret_cast<std::uintptr_t>(address) - 1;
  Dwfl_Module* const module = dwfl_addrmodule(self, at);
  if (module == nullptr) return;
  stack_frame frame;
  frame.function = text_or_none(dwfl_module_addrname(module, at));
  frame.is_in_program = is_program(module);
  if (Dwfl_Line* const line = dwfl_module_getsrc(module, at))
    frame.file = text_or_none(dwfl_lineinfo(line, nullptr, &frame.line, nullptr, nullptr, nullptr));
  append_functions(module, at, std::move(frame), frames);
}

} // namespace tessera::detail
