// Saves checkpoints until it is killed, or restores one; for checkpoint_killed.py.
//
//     checkpoint_loop save FOLDER       prints "pid P" on every rank, and "saved K" after each save
//     checkpoint_loop restore FOLDER    prints "restored K" when all values are those of step K
#include <tessera/distributed.hpp>
#include <tessera/io/checkpoint.hpp>

#include <cstdio>
#include <string>
#include <unistd.h>

using namespace tessera;

namespace {

void save_for_ever(checkpoint& saved, const communicator& world) {
  std::printf("pid %d\n", static_cast<int>(::getpid()));
  std::fflush(stdout);
  global_array<double, 2> u(process_grid<2>(world), {300, 200});
  for (index_t step = saved.steps().empty() ? 1 : saved.steps().front() + 1;; ++step) {
    u.fill(
        [&](index_t i, index_t j) { return static_cast<double>(step * 1000000 + i * 1000 + j); });
    saved.save(step, {{"u", u}, {"step", step}});
    if (world.rank() == 0) std::printf("saved %ld\n", static_cast<long>(step));
    std::fflush(stdout);
  }
}

void restore(checkpoint& saved, const communicator& world) {
  global_array<double, 2> u(process_grid<2>(world), {300, 200});
  index_t inside = 0;
  const index_t step = saved.restore({{"u", u}, {"step", inside}}).value_or(0);
  global_array<double, 2> expected(u.grid(), u.shape());
  expected.fill(
      [&](index_t i, index_t j) { return static_cast<double>(step * 1000000 + i * 1000 + j); });
  if (step > 0 && (inside != step || !all(u == expected)))
    throw file_error("step " + std::to_string(step) + " was restored with other values");
  if (world.rank() == 0) std::printf("restored %ld\n", static_cast<long>(step));
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](const communicator& world) {
    if (argc != 3) throw argument_error("usage: checkpoint_loop save|restore FOLDER");
    checkpoint saved(world, argv[2]);
    if (std::string(argv[1]) == "save")
      save_for_ever(saved, world);
    else
      restore(saved, world);
  });
}
