// The command line of tessera-heat.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <optional>
#include <string>
#include <vector>

namespace heat {

using tessera::index_t;

constexpr index_t steps_between_checks = 100; // of the tolerance

struct options {
  std::string input;                   // a file, or empty for the built-in field
  std::string dataset = "temperature"; // in an HDF5 input
  std::vector<index_t> shape = {512, 512};
  index_t steps = 200;
  double diffusivity = 0.5;
  std::vector<double> spacing = {0.01}; // one, or one per axis
  double dt = 0;                        // 0: the largest stable one
  std::string boundary = "fixed";
  std::string scheme = "explicit";
  index_t time_block = 0; // steps between two exchanges of halos; 0: found by trying
  double tolerance = 0;   // of the change in a step, below which the run ends; 0: none
  std::vector<int> grid;  // empty: chosen
  std::string output;
  index_t every = 0; // steps between frames; 0: none
  std::string xdmf;
  std::string vtkhdf;
  std::string image;
  index_t image_every = 0;
  std::string checkpoint; // a folder
  index_t checkpoint_every = 0;
  bool restart = false;
  bool quiet = false;
  bool json = false;
  bool progress = false; // in lines, where there is no terminal

  [[nodiscard]] bool periodic() const { return boundary == "periodic"; }
  [[nodiscard]] bool reflecting() const { return boundary == "reflecting"; }
  [[nodiscard]] bool is_explicit() const { return scheme == "explicit"; }
  /// How often the field is looked at in a run that starts with step `first`: for frames,
  /// pictures, checkpoints, the tolerance, the progress bar.
  [[nodiscard]] index_t steps_between_looks(index_t first = 0) const;
};

/// What the command line says; nothing when it asked for --help or --version.
/// @throws tessera::usage_error
std::optional<options> parse_options(int argc, char** argv, const tessera::communicator& world);

/// Checks what depends on the number of axes, completes `spacing` to one per axis, and chooses dt.
/// @throws tessera::usage_error for lists of a wrong length or a time step that is not stable.
void complete(options& given, std::size_t ndim, int ranks);

} // namespace heat
