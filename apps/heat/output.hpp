// What a run writes: pictures, frames, the final field.
#pragma once

#include "field.hpp"
#include "options.hpp"

#include <tessera/tessera.hpp>

#include <optional>
#include <string>

namespace heat {

/// The files of one run. They are opened before the first step, so that a folder that does not
/// exist is found before hours of computing; all members are collective.
template <std::size_t N> class output {
public:
  output(const options& o, const field<N>& u, index_t first);

  void keep() {}

  /// Frame and picture, if one is due after this step.
  void after_step(index_t step, const field<N>& u);
  /// The final field, after so many steps; the HDF5 file appears under its name.
  void finish(const field<N>& u, index_t steps);

private:
  void write_picture(const std::string& path, const field<N>& u) const;

  const options& options_;
  std::optional<tessera::hdf5_file> file_;
};

} // namespace heat
