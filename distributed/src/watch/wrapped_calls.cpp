#include "watch/wrapped_calls.hpp"

#include <dlfcn.h>

namespace tessera::detail {

void watch_wrapped_calls(wait_record* record, call_note* note) noexcept {
  using watch_function = void (*)(wait_record*, call_note*);
  // The library may have been compiled into another one, with records of its own: it is asked by
  // name.
  static const auto watch =
      reinterpret_cast<watch_function>(::dlsym(RTLD_DEFAULT, "tessera_check_watch_1"));
  if (watch != nullptr) watch(record, note);
}

} // namespace tessera::detail
