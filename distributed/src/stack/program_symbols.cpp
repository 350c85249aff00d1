#include "stack/program_symbols.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <iterator>
#include <link.h>
#include <map>
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

template <class Visit> void for_each_child(Dwarf_Die* die, Visit&& visit) {
  Dwarf_Die child;
  if (dwarf_child(die, &child) != 0) return;
  do {
    visit(child);
  } while (dwarf_siblingof(&child, &child) == 0);
}

bool may_hold_functions(Dwarf_Die* die) {
  switch (dwarf_tag(die)) {
  case DW_TAG_namespace:
  case DW_TAG_class_type:
  case DW_TAG_structure_type:
  case DW_TAG_union_type:
  case DW_TAG_lexical_block:
  case DW_TAG_subprogram: return true; // which may have local classes
  default: return false;
  }
}

/// A part of a function: most have one.
struct function_part {
  Dwarf_Addr begin;
  Dwarf_Addr end;
  Dwarf_Die function;
};

void append_parts(Dwarf_Die function, std::vector<function_part>& parts) {
  Dwarf_Addr base = 0;
  Dwarf_Addr begin = 0;
  Dwarf_Addr end = 0;
  for (std::ptrdiff_t at = 0; (at = dwarf_ranges(&function, at, &base, &begin, &end)) > 0;)
    parts.push_back({begin, end, function});
}

/// Of functions that were not only inlined.
void append_functions_in(Dwarf_Die* scope, std::vector<function_part>& parts) {
  for_each_child(scope, [&](Dwarf_Die& child) {
    if (dwarf_tag(&child) == DW_TAG_subprogram) append_parts(child, parts);
    if (may_hold_functions(&child)) append_functions_in(&child, parts);
  });
}

/// All functions of a unit by their addresses, found once.
const std::vector<function_part>& functions_of(Dwarf_Die* unit) {
  static auto* const units = new std::map<const void*, std::vector<function_part>>;
  const auto [found, is_new] = units->try_emplace(unit->addr);
  std::vector<function_part>& parts = found->second;
  if (is_new) {
    append_functions_in(unit, parts);
    std::sort(parts.begin(), parts.end(),
              [](const function_part& a, const function_part& b) { return a.begin < b.begin; });
  }
  return parts;
}

/// The blocks and inlined functions around an address, from the function inwards. (dwarf_getscopes
/// fails for what is inlined into functions of local classes, such as lambdas.)
std::vector<Dwarf_Die> scopes_at(Dwarf_Die* unit, Dwarf_Addr at) {
  const std::vector<function_part>& parts = functions_of(unit);
  const auto behind =
      std::upper_bound(parts.begin(), parts.end(), at,
                       [](Dwarf_Addr wanted, const function_part& p) { return wanted < p.begin; });
  if (behind == parts.begin() || at >= std::prev(behind)->end) return {};
  std::vector<Dwarf_Die> scopes{std::prev(behind)->function};
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    Dwarf_Die outer = scopes.back();
    for_each_child(&outer, [&](Dwarf_Die& child) {
      if (goes_on || dwarf_tag(&child) == DW_TAG_subprogram || dwarf_haspc(&child, at) <= 0) return;
      scopes.push_back(child);
      goes_on = true;
    });
  }
  return scopes;
}

/// Inlined functions, and the one that they were inlined into.
void append_functions(Dwfl_Module* module, Dwarf_Addr address, stack_frame innermost,
                      std::vector<stack_frame>& frames) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = dwfl_module_addrdie(module, address, &bias);
  stack_frame next = std::move(innermost);
  if (unit != nullptr) {
    Dwarf_Files* files = nullptr;
    dwarf_getsrcfiles(unit, &files, nullptr);
    std::vector<Dwarf_Die> scopes = scopes_at(unit, address - bias);
    std::reverse(scopes.begin(), scopes.end());
    for (Dwarf_Die& scope : scopes) {
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

namespace {

std::vector<stack_frame> find_frames(std::uintptr_t address) {
  Dwfl* const self = this_program();
  if (self == nullptr) return {};
  // Within the call: it returns to the instruction after it.
  const Dwarf_Addr at = address - 1;
  Dwfl_Module* const module = dwfl_addrmodule(self, at);
  if (module == nullptr) return {};
  stack_frame frame;
  frame.function = text_or_none(dwfl_module_addrname(module, at));
  frame.is_in_program = is_program(module);
  if (Dwfl_Line* const line = dwfl_module_getsrc(module, at))
    frame.file = text_or_none(dwfl_lineinfo(line, nullptr, &frame.line, nullptr, nullptr, nullptr));
  std::vector<stack_frame> frames;
  append_functions(module, at, std::move(frame), frames);
  return frames;
}

} // namespace

const std::vector<stack_frame>& frames_of(std::uintptr_t address) {
  static auto* const known = new std::map<std::uintptr_t, std::vector<stack_frame>>;
  const auto [found, is_new] = known->try_emplace(address);
  if (is_new) found->second = find_frames(address);
  return found->second;
}

} // namespace tessera::detail
