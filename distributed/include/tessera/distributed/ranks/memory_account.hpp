/// @file
/// How much memory a rank has for what: counted where it is taken and given back.
#pragma once

#include <tessera/core/shape.hpp>

#include <utility>

namespace tessera::detail {

/// What memory is for.
enum class memory_kind : int {
  arrays,  ///< the elements that a rank owns of global arrays
  halos,   ///< the cells around them
  buffers, ///< what is packed for messages
  windows, ///< what the ranks of a node share; arrays and buffers may lie there
  local    ///< blocks of all arrays and buffers that are not shared: core's `memory_in_use`
};
inline constexpr int memory_kinds = 5;

/// Bytes of this process.
struct memory_account {
  index_t now = 0;
  index_t most = 0; ///< at once, until now
};
[[nodiscard]] memory_account memory_of(memory_kind kind);
void change_memory(memory_kind kind, index_t bytes) noexcept;
[[nodiscard]] const char* name_of(memory_kind kind);

/// Bytes that are in an account as long as this lives. Move-only.
class accounted_memory {
public:
  accounted_memory() = default;
  accounted_memory(memory_kind kind, index_t bytes) noexcept : kind_(kind), bytes_(bytes) {
    if (bytes_ != 0) change_memory(kind_, bytes_);
  }
  accounted_memory(accounted_memory&& other) noexcept
      : kind_(other.kind_), bytes_(std::exchange(other.bytes_, 0)) {}
  accounted_memory& operator=(accounted_memory&& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  accounted_memory(const accounted_memory&) = delete;
  accounted_memory& operator=(const accounted_memory&) = delete;
  ~accounted_memory() {
    if (bytes_ != 0) change_memory(kind_, -bytes_);
  }

private:
  memory_kind kind_ = memory_kind::arrays;
  index_t bytes_ = 0;
};

} // namespace tessera::detail
