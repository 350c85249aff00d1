// The checkpoints of a run, from which it can go on.
#pragma once

#include "field.hpp"
#include "options.hpp"

#include <tessera/io/checkpoint.hpp>

#include <optional>

namespace heat {

/// How far a run is.
struct stage {
  index_t step = 0;
  bool is_last = false; ///< the tolerance was reached
  bool is_cut = false;  ///< a signal asked for an end
};

/// The generations in the folder of --checkpoint; does nothing without. All members are collective.
template <std::size_t N> class checkpoints {
public:
  /// @throws tessera::usage_error for a folder with checkpoints, unless the run goes on from them.
  checkpoints(const options& o, const tessera::communicator& world);

  /// With --restart: the field of the newest generation that is whole; otherwise it stays as it is.
  /// @throws tessera::usage_error when it belongs to a run with other parameters.
  stage restore(field<N>& u);

  /// Is there something to be saved after this step?
  [[nodiscard]] bool is_due(index_t step) const;
  void save(const stage& reached, const field<N>& u);
  /// The same, unless it is there already, or there is no folder.
  void save_last(const stage& reached, const field<N>& u);

private:
  const options& options_;
  std::optional<tessera::checkpoint> folder_;
  index_t saved_ = -1; // the newest step in the folder
};

} // namespace heat
