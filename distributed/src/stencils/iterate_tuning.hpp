// Which depth and tiles are fastest, found while the steps are taken.
#pragma once

#include <tessera/distributed/stencils/time_blocking.hpp>

namespace tessera::detail {

struct tile_choice {
  index_t depth; ///< 0: each stage over the whole block before the next
  index_t tile;

  friend bool operator==(const tile_choice&, const tile_choice&) = default;
};

/// What is tried out together: the same stencil on the same arrays.
struct tuning_case {
  std::vector<stencil_code::function> code;
  std::vector<index_t> shape; ///< of the whole array
  int ranks;
  index_t itemsize;
  index_t deepest;    ///< steps that the halo and the caller allow
  tile_choice wanted; ///< by the caller; 0: free
  bool by_stage;      ///< may each stage go over the whole block before the next?

  friend bool operator==(const tuning_case&, const tuning_case&) = default;
};

/// Tries all candidates in turn on the caller's own steps, which have the same bits whatever is
/// chosen, then stays with the fastest. Rank 0 remembers and chooses for all; what it found serves
/// later calls, too.
class tile_tuning {
public:
  tile_tuning(const communicator& comm, tuning_case what);

  /// What to take the next steps with. Collective.
  [[nodiscard]] tile_choice next();
  /// Steps were taken with what `next` said. Collective.
  void took(double seconds_per_step);

private:
  const communicator& comm_;
  tuning_case case_;
  std::size_t candidate_ = 0;
  tile_choice choice_{};
  bool is_settled_ = false;
};

} // namespace tessera::detail
