#include "ranks/duplicate_hook.hpp"

namespace tessera::detail {

namespace {

/// Set before `main`, in whatever order.
duplicate_hook& hook_in_use() {
  static duplicate_hook hook;
  return hook;
}

} // namespace

void set_duplicate_hook(const duplicate_hook& hook) { hook_in_use() = hook; }
duplicate_hook current_duplicate_hook() { return hook_in_use(); }

} // namespace tessera::detail
