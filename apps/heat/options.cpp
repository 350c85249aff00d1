#include "options.hpp"

#include "../support/command_line.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cmath>
#include <numeric>
#include <string>

namespace heat {

using tessera::usage_error;

namespace {

constexpr index_t longest_time_block = 64;

const char* const notes =
    "Examples:\n"
    "  tessera-heat --image heat.png\n"
    "  mpirun -n 2 tessera-heat --input field.txt --steps 200 --output heat.h5 --image heat.png\n"
    "  mpirun -n 4 tessera-heat --shape 256,256,256 --boundary periodic --grid 2,2,1\n"
    "  mpirun -n 2 tessera-heat --steps 100000 --every 1000 --output heat.h5 --xdmf heat.xmf\n"
    "  mpirun -n 2 tessera-heat --steps 100000 --every 1000 --vtkhdf heat.vtkhdf\n"
    "  mpirun -n 2 tessera-heat --steps 100000 --checkpoint run --checkpoint-every 5000 --restart\n"
    "\n"
    "The last one can be killed at any time, and goes on when it is started again, on any number\n"
    "of ranks; the result has the same bits. SIGINT, SIGTERM, SIGUSR1 or SIGUSR2 to a rank, or\n"
    "SIGUSR1 to mpirun, end it soon: it saves a checkpoint, and ends with exit code 0.\n"
    "\n"
    "Files of an earlier run are replaced when the new ones are complete, without --force: they "
    "can\n"
    "be computed again, and what cannot, the checkpoints of a run, is never begun anew.\n"
    "\n"
    "Exit codes: 0 all right, 1 bad data or files, 2 bad command line.";

void add_physics(apps::command_line& line, options& o) {
  line.option("--steps", o.steps, "Time steps");
  line.option("--diffusivity", o.diffusivity, "Thermal diffusivity a, in m^2/s");
  line.option("--spacing", o.spacing, "Distance of grid points in m: one, or one per axis");
  line.option("--dt", o.dt, "Time step in s (default: the largest stable one)");
  line.choice("--boundary", o.boundary, {"fixed", "periodic", "reflecting"},
              "fixed: the outermost points keep their values; periodic: opposite ends meet; "
              "reflecting: nothing flows through the sides");
  line.choice("--scheme", o.scheme, {"explicit", "implicit", "crank-nicolson", "steady"},
              "explicit: forward Euler; implicit: backward Euler, and crank-nicolson: for steps of "
              "any length, by conjugate gradients; steady: what the fixed border leads to in the "
              "end, in no steps");
  line.option("--tolerance", o.tolerance,
              "Stop when no point changes by more than this in a step; looked at every 100 steps");
}

void add_files(apps::command_line& line, options& o) {
  line.option("--input", o.input, "Initial field: text, .npy, or .h5 (see --dataset)");
  line.option("--dataset", o.dataset, "Dataset of an HDF5 input");
  line.option("--shape", o.shape, "Points along each axis of the built-in field, 2 or 3 axes");
  line.exclusive("--shape", "--input");
  line.option("--output", o.output, "HDF5 file for the final field, as dataset 'temperature'");
  line.option("--every", o.every,
              "Also write a frame every K steps: to dataset 'frames' of --output, and to --vtkhdf");
  line.option("--xdmf", o.xdmf, "File .xmf by which ParaView opens the HDF5 output as a series");
  line.option("--vtkhdf", o.vtkhdf,
              "VTKHDF file for ParaView 5.12 and later: the frames and the final field");
  line.option("--image", o.image, "PNG of the final field; in 3-D, of its middle plane");
  line.option("--image-every", o.image_every, "Also write a numbered picture every K steps");
}

void add_checkpoints(apps::command_line& line, options& o) {
  line.option("--checkpoint", o.checkpoint, "Folder for checkpoints; the last step gets one");
  line.option("--checkpoint-every", o.checkpoint_every, "Also every K steps");
  line.flag("--restart", o.restart,
            "Go on from the newest checkpoint that is whole; from the start if there is none");
}

void check_positive(double value, const char* name) {
  if (!(value > 0) || !std::isfinite(value))
    throw usage_error(fmt::format("{} is {:f}; it must be greater than zero", name, value));
}

void check_not_negative(index_t value, const char* name) {
  if (value < 0) throw usage_error(fmt::format("{} is {}; it must not be negative", name, value));
}

void check_files(const options& o) {
  if (o.every > 0 && o.output.empty() && o.vtkhdf.empty())
    throw usage_error("--every writes to --output or --vtkhdf; name one");
  if (o.image_every > 0 && o.image.empty())
    throw usage_error("--image-every writes beside --image; name one");
  if (!o.xdmf.empty() && o.output.empty())
    throw usage_error("--xdmf points to the fields in --output; name one");
  if (!o.output.empty() && o.output == o.image)
    throw usage_error("--output and --image are the same file");
  if (!o.vtkhdf.empty() && (o.vtkhdf == o.output || o.vtkhdf == o.image || o.vtkhdf == o.xdmf))
    throw usage_error("--vtkhdf and another file are the same");
  if (!o.xdmf.empty() && (o.xdmf == o.output || o.xdmf == o.image))
    throw usage_error("--xdmf and --output or --image are the same file");
}

void check_checkpoints(const options& o, const apps::command_line& line) {
  if (line.given("--checkpoint-every") && o.checkpoint_every < 1)
    throw usage_error(
        fmt::format("--checkpoint-every is {}; it must be greater than zero", o.checkpoint_every));
  if (!o.checkpoint.empty()) return;
  if (line.given("--checkpoint")) throw usage_error("--checkpoint names no folder");
  if (o.checkpoint_every > 0)
    throw usage_error("--checkpoint-every saves to --checkpoint; name a folder");
  if (o.restart) throw usage_error("--restart goes on from --checkpoint; name a folder");
}

void check(const options& o) {
  check_not_negative(o.steps, "--steps");
  check_not_negative(o.every, "--every");
  check_not_negative(o.image_every, "--image-every");
  check_not_negative(o.time_block, "--time-block");
  if (o.time_block > longest_time_block)
    throw usage_error(fmt::format("--time-block is {}; at most {} steps are taken at a time",
                                  o.time_block, longest_time_block));
  check_positive(o.diffusivity, "--diffusivity");
  if (o.scheme == "steady" && o.boundary != "fixed")
    throw usage_error("--scheme steady is for --boundary fixed: elsewhere the end is the mean");
  if (o.scheme == "steady" && !o.checkpoint.empty())
    throw usage_error("--scheme steady has no steps, and so no --checkpoint");
  for (const double h : o.spacing) check_positive(h, "--spacing");
  if (o.shape.size() != 2 && o.shape.size() != 3)
    throw usage_error(fmt::format("--shape has {} axes; use 2 or 3", o.shape.size()));
  for (const index_t n : o.shape)
    if (n < 1) throw usage_error(fmt::format("--shape has an axis of {} points", n));
}

/// The largest time step for which the scheme does not amplify any wave.
double largest_stable_step(const options& o) {
  double sum = 0;
  for (const double h : o.spacing) sum += 1.0 / (h * h);
  return 1.0 / (2.0 * o.diffusivity * sum);
}

void check_grid(const std::vector<int>& grid, std::size_t ndim, int ranks) {
  if (grid.empty()) return;
  if (grid.size() != ndim)
    throw usage_error(fmt::format("--grid has {} axes; the field has {}", grid.size(), ndim));
  double product = 1; // exact as far as it matters, and cannot overflow
  std::string text;
  for (const int n : grid) {
    text += fmt::format("{}{}", text.empty() ? "" : " x ", n);
    product *= n > 0 ? n : 0;
  }
  if (product != ranks)
    throw usage_error(fmt::format("--grid {} does not multiply to the {} ranks", text, ranks));
}

} // namespace

namespace {

/// The largest number of steps, not too many, after which what is to be done every `steps` steps
/// can be done: it is then that signals are noticed. Where there is none, all of them.
index_t often_enough(index_t steps) {
  constexpr index_t most = 64;
  constexpr index_t least = 8;
  for (index_t each = most; each >= least; --each)
    if (steps % each == 0) return each; // also of 0: nothing else is to be done
  return steps;
}

} // namespace

index_t options::steps_between_looks(index_t first) const {
  const index_t checks = tolerance > 0 ? steps_between_checks : 0;
  const index_t wanted = std::gcd(std::gcd(every, image_every), std::gcd(checks, checkpoint_every));
  // Steps are counted from the first one, looks are at multiples.
  return often_enough(wanted > 0 ? std::gcd(wanted, first) : 0);
}

std::optional<options> parse_options(int argc, char** argv, const tessera::communicator& world) {
  options o;
  apps::command_line line("tessera-heat",
                          "Solves the heat equation in two or three dimensions, on any number of "
                          "ranks.",
                          notes);
  add_files(line, o);
  add_physics(line, o);
  add_checkpoints(line, o);
  line.option("--grid", o.grid, "Ranks along each axis (default: the least halo surface)");
  line.option("--time-block", o.time_block,
              "Steps between two exchanges of halos; 1: step by step, 0: found by trying");
  line.add_profile();
  line.flag("--quiet", o.quiet, "Print nothing but errors");
  line.flag("--json", o.json, "Print a summary as one line of JSON, and nothing else on stdout");
  line.exclusive("--json", "--quiet");
  line.flag(
      "--progress", o.progress,
      "Print how far the run is on stderr every 10 seconds, where that is no terminal: there, "
      "a bar shows it (unless --quiet)");
  line.exclusive("--progress", "--quiet");
  if (!line.parse(argc, argv, world)) return std::nullopt;
  if (line.given("--dt")) check_positive(o.dt, "--dt");
  if (line.given("--tolerance")) check_positive(o.tolerance, "--tolerance");
  if (!o.is_explicit() && line.given("--time-block"))
    throw usage_error("--time-block is for --scheme explicit");
  if (!o.is_explicit()) o.time_block = 1;
  check(o);
  check_files(o);
  check_checkpoints(o, line);
  return o;
}

void complete(options& given, std::size_t ndim, int ranks) {
  check_grid(given.grid, ndim, ranks);
  if (given.spacing.size() == 1) given.spacing.assign(ndim, given.spacing[0]);
  if (given.spacing.size() != ndim)
    throw usage_error(
        fmt::format("--spacing has {} values; the field has {} axes", given.spacing.size(), ndim));
  const double largest = largest_stable_step(given);
  if (given.dt == 0) given.dt = largest;
  if (!given.is_explicit()) return;
  // Rounding must not forbid the limit itself, typed in.
  if (given.dt > largest * (1 + 1e-9))
    throw usage_error(fmt::format("--dt {:g} is not stable; the largest stable step is {:.9g}",
                                  given.dt, largest));
}

} // namespace heat
