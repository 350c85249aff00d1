// What open one-sided access to a global array needs.
#pragma once

#include "one_sided/rank_memory.hpp"
#include "one_sided/word_locks.hpp"

#include <tessera/distributed/one_sided/access.hpp>

#include <vector>

namespace tessera::detail {

class one_sided_state {
public:
  /// Collective.
  explicit one_sided_state(global_block& block);
  one_sided_state(const one_sided_state&) = delete;
  one_sided_state& operator=(const one_sided_state&) = delete;
  ~one_sided_state();

  [[nodiscard]] const communicator& comm() const { return comm_; }
  /// @throws argument_error when the array is gone.
  [[nodiscard]] global_block& block() const {
    if (block_ == nullptr) throw_gone();
    return *block_;
  }
  [[nodiscard]] bool has_block() const { return block_ != nullptr; }
  [[nodiscard]] const rank_memory& memory() const { return memory_; }
  [[nodiscard]] const word_locks& locks() const { return locks_; }
  /// Where a rank's first own element is from the start of its memory, in elements.
  [[nodiscard]] index_t origin(int rank) const { return layout_of(rank)[0]; }
  /// Its strides, in elements.
  [[nodiscard]] const index_t* strides(int rank) const { return layout_of(rank) + 1; }

  bool has_written = false; // since the last fence
  std::vector<char> locked; // by this rank: 0 not, 1 with others, 2 alone

private:
  [[noreturn]] static void throw_gone();
  [[nodiscard]] const index_t* layout_of(int rank) const {
    return layouts_.data() + static_cast<std::size_t>(rank) * (ndim_ + 1);
  }

  communicator comm_;
  std::size_t ndim_;
  global_block* block_ = nullptr;
  std::vector<index_t> layouts_;
  rank_memory memory_;
  word_locks locks_;
};

/// @throws argument_error for a rank that is not there.
void check_owner(const one_sided_state& state, int owner);

} // namespace tessera::detail
