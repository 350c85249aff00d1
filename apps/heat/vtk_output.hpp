// What a run writes for ParaView.
#pragma once

#include "field.hpp"
#include "options.hpp"

#include <tessera/io/vtkhdf.hpp>

#include <optional>

namespace heat {

/// The file of --vtkhdf: a series of frames, or without those an image of the final field; does
/// nothing without. All members are collective.
template <std::size_t N> class vtk_output {
public:
  /// Where `first` is above 0, a run goes on after that step: frames until then are kept.
  vtk_output(const options& o, const field<N>& u, index_t first);

  /// A frame, if one is due after this step.
  void after_step(index_t step, const field<N>& u);
  /// Puts the frames under the file's name now.
  void keep(const tessera::communicator& world);
  /// The final field, after so many steps.
  void finish(const field<N>& u, index_t steps);

private:
  void go_on(const tessera::communicator& world, index_t first);
  void add(index_t step, const field<N>& u);

  const options& options_;
  std::optional<tessera::vtkhdf_series> series_;
};

} // namespace heat
