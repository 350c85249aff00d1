// Which calls of MPI are the program's own.
#pragma once

namespace tessera::detail {

/// Does this library, or MPI on behalf of a call that it looks at, call MPI just now? Such calls go
/// straight on. Of this thread.
class inside {
public:
  inside() noexcept { ++depth; }
  inside(const inside&) = delete;
  inside& operator=(const inside&) = delete;
  ~inside() { --depth; }
  [[nodiscard]] static bool is() noexcept { return depth > 0; }

private:
  static constinit thread_local int depth;
};

/// Is the call that returns to this address to be looked at: by the program or by another library
/// than Tessera, which compares its calls itself?
bool is_of_program(const void* return_address);

} // namespace tessera::detail
