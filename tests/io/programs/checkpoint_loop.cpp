// Saves checkpoints, until it is killed or often enough, or restores them; for the scripts
// checkpoint_killed.py, checkpoint_left.py and power_cut.py.
//
//     checkpoint_loop save FOLDER [COUNT [ROWS [KEEP [tiles]]]]
//         prints "pid P" on every rank, and "saved K" after each save
//     checkpoint_loop start FOLDER [COUNT [ROWS [KEEP [tiles]]]]
//         the same in the background: "saved K" comes when the next save has waited for it, or
//         the end
//     checkpoint_loop leave FOLDER ROWS
//         saves two in the background and ends
//     checkpoint_loop restore ROWS FOLDER...
//         prints "restored K" when all values are those of step K, or what is wrong
#include <tessera/distributed.hpp>
#include <tessera/io/checkpoint.hpp>

#include <limits>
#include <string>
#include <unistd.h>

using namespace tessera;

namespace {

/// At once and in one piece, so that it is known when the program is killed.
void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) throw file_error("no standard output");
}

global_array<double, 2> array_of_step(const communicator& world, index_t rows, index_t step) {
  global_array<double, 2> u(process_grid<2>(world), {rows, 200});
  u.fill([&](index_t i, index_t j) { return static_cast<double>(step * 1000000 + i * 1000 + j); });
  return u;
}

/// Where only changes are written, what changes is packed.
saved_options packing(bool as_tiles) {
  return {as_tiles ? tile_compression::zstd : tile_compression::off};
}

/// With two copies of a block's pieces at most, so that some of them are waited for.
void start(const communicator& world, const std::string& folder, index_t count, index_t rows,
           index_t keep, bool as_tiles) {
  checkpoint saved(world, folder,
                   {.keep = keep, .memory_limit = 2 * rows * 200 * 8, .incremental = as_tiles});
  const auto constant = array_of_step(world, rows, 0);
  say("pid " + std::to_string(::getpid()) + "\n");
  const index_t last = saved.steps().empty() ? 0 : saved.steps().front();
  for (index_t step = last + 1; step - last <= count; ++step) {
    auto u = array_of_step(world, rows, step);
    saved.start_save(step, {{"u", u, packing(as_tiles)}, {"constant", constant}, {"step", step}});
    u.fill([](index_t, index_t) { return -1.0; });
    if (world.rank() == 0 && step > last + 1) say("saved " + std::to_string(step - 1) + "\n");
  }
  static_cast<void>(saved.steps());
  if (world.rank() == 0) say("saved " + std::to_string(last + count) + "\n");
}

/// Two generations and no more; the second one is left to the end of the program.
void leave(const communicator& world, const std::string& folder, index_t rows) {
  checkpoint saved(world, folder);
  for (index_t step = 1; step <= 2; ++step)
    saved.start_save(step, {{"u", array_of_step(world, rows, step)},
                            {"constant", array_of_step(world, rows, 0)},
                            {"step", step}});
}

void save(const communicator& world, const std::string& folder, index_t count, index_t rows,
          index_t keep, bool as_tiles) {
  checkpoint saved(world, folder, {.keep = keep, .incremental = as_tiles});
  const auto constant = array_of_step(world, rows, 0);
  say("pid " + std::to_string(::getpid()) + "\n");
  const index_t last = saved.steps().empty() ? 0 : saved.steps().front();
  for (index_t step = last + 1; step - last <= count; ++step) {
    saved.save(step, {{"u", array_of_step(world, rows, step), packing(as_tiles)},
                      {"constant", constant},
                      {"step", step}});
    if (world.rank() == 0) say("saved " + std::to_string(step) + "\n");
  }
}

std::string restored(const communicator& world, const std::string& folder, index_t rows) {
  checkpoint saved(world, folder);
  global_array<double, 2> u(process_grid<2>(world), {rows, 200});
  global_array<double, 2> constant(process_grid<2>(world), {rows, 200});
  index_t inside = 0;
  try {
    const index_t step =
        saved.restore({{"u", u}, {"constant", constant}, {"step", inside}}).value_or(0);
    const bool right = step == 0 || (inside == step && all(u == array_of_step(world, rows, step)) &&
                                     all(constant == array_of_step(world, rows, 0)));
    return right ? "restored " + std::to_string(step) : "other values than those that were saved";
  } catch (const error& failure) {
    return failure.what();
  }
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](const communicator& world) {
    const std::string what = argc > 2 ? argv[1] : "";
    if (what == "leave") return leave(world, argv[2], std::stol(argv[3]));
    if (what == "save" || what == "start")
      return (what == "save" ? save : start)(
          world, argv[2], argc > 3 ? std::stol(argv[3]) : std::numeric_limits<long>::max(),
          argc > 4 ? std::stol(argv[4]) : 300, argc > 5 ? std::stol(argv[5]) : 2,
          argc > 6 && std::string(argv[6]) == "tiles");
    if (what != "restore") throw argument_error("usage: checkpoint_loop save|start|restore ...");
    for (int k = 3; k < argc; ++k) {
      const std::string line = restored(world, argv[k], std::stol(argv[2])) + "\n";
      if (world.rank() == 0) say(line);
    }
  });
}
