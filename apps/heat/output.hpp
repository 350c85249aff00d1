// What a run writes: pictures, frames, the final field.
#pragma once

#include "field.hpp"
#include "options.hpp"
#include "vtk_output.hpp"

#include <tessera/tessera.hpp>

#include <optional>
#include <string>
#include <vector>

namespace heat {

/// The files of one run. They are opened before the first step, so that a folder that does not
/// exist is found before hours of computing; all members are collective.
template <std::size_t N> class output {
public:
  /// Where `first` is above 0, a run goes on after that step: frames until then are kept.
  output(const options& o, const field<N>& u, index_t first);

  /// Frame and picture, if one is due after this step.
  void after_step(index_t step, const field<N>& u);
  /// Puts the frames under the file's name now, so that they are there if the run is cut off.
  void keep(const tessera::communicator& world);
  /// The final field, after so many steps; the HDF5 file appears under its name.
  void finish(const field<N>& u, index_t steps);

private:
  void go_on(const tessera::communicator& world, index_t first);
  /// The coordinates, where they are not there yet.
  void describe_axes(const field<N>& u);
  void describe_field(const std::string& dataset, std::vector<std::string> dimensions);
  void append_frame(index_t step, const field<N>& u);
  void write_final(const field<N>& u, index_t steps);
  void write_picture(const std::string& path, const field<N>& u) const;
  void describe_frames();

  const options& options_;
  vtk_output<N> vtk_;
  std::optional<tessera::hdf5_file> file_;
  std::optional<tessera::xdmf_series> series_;
  index_t frames_ = 0;    // in the file
  index_t described_ = 0; // in the series
};

} // namespace heat
