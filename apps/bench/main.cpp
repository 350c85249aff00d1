// What this machine reaches against its own limits, by hand and with other libraries.
#include "../support/command_line.hpp"
#include "check.hpp"
#include "core.hpp"
#include "halo.hpp"
#include "heat.hpp"
#include "io.hpp"
#include "iterate.hpp"
#include "messages/messages.hpp"
#include "profile.hpp"
#include "reduce.hpp"
#include "scale.hpp"
#include "selection/select.hpp"
#include "transfer.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/run.hpp>

#include <string>

int main(int argc, char** argv) {
  return tessera::run(argc, argv, [&](tessera::communicator& world) {
    std::string what;
    bench::heat_options heat;
    bench::core_options core;
    bench::transfer_options transfer;
    bench::io_options io;
    apps::command_line line(
        "tessera-bench", "Measures Tessera against hand-written code and other libraries.",
        "Benchmarks:\n  heat  heat steps and halo exchanges along the first axis\n"
        "  halo  halo exchanges, by messages and by shared memory\n"
        "  iterate  heat steps many at a time\n"
        "  transfer  a matrix from rows to columns, and transposed\n"
        "  messages  messages and collective calls, on two ranks\n"
        "  reduce  sums, reproducible and not\n"
        "  select  elements that a mask chooses\n"
        "  check  collective calls with and without their checks\n"
        "  profile  what profiles cost\n"
        "  scale  what plans cost one of many ranks; runs on one rank\n"
        "  io  text, npy, HDF5 and checkpoints\n"
        "  core  local arrays; runs on one rank\n\n"
        "Example:\n  mpirun -n 2 tessera-bench heat");
    line.required("benchmark", what, "Which one to run");
    line.option("--repeat", heat.repetitions, "Samples of each candidate");
    line.flag("--json", heat.json, "Print JSON in place of a table");
    line.option("--case", core.only,
                "Of core, io and messages: only this case (of io: text, arrays, checkpoint; of "
                "messages: arrays, collectives, views, objects, exchange)");
    line.flag("--large", core.large,
              "Of core: also the sizes that need gigabytes and minutes; "
              "of transfer: more than 2 GiB in one message");
    line.option("--size", transfer.size, "Of transfer: rows and columns of the matrix");
    line.option("--folder", io.folder, "Of io: where files are written");
    line.option("--rows", io.rows, "Of io: rows of the text");
    line.option("--mib", io.mebibytes, "Of io: size of the arrays in MiB");
    line.add_profile();
    if (!line.parse(argc, argv, world)) return;
    if (heat.repetitions < 1) throw tessera::usage_error("--repeat must be 1 or more");
    if (what == "heat") return bench::run_heat(world, heat);
    if (what == "halo") return bench::run_halo(world, heat.repetitions);
    if (what == "iterate") return bench::run_iterate(world, heat.repetitions);
    if (what == "messages") return bench::run_messages(world, {core.only, heat.repetitions});
    if (what == "reduce") return bench::run_reduce(world, heat.repetitions);
    if (what == "select") return bench::run_select(world, heat.repetitions);
    if (what == "check") return bench::run_check(world, heat.repetitions);
    if (what == "profile") return bench::run_profile(world, heat.repetitions);
    if (what == "scale") {
      if (world.rank() == 0) bench::run_scale();
      return;
    }
    if (what == "transfer") {
      transfer.repetitions = heat.repetitions;
      if (core.large) return bench::run_large_transfer(world);
      return bench::run_transfer(world, transfer);
    }
    if (what == "io") {
      io.only = core.only;
      io.repetitions = heat.repetitions;
      return bench::run_io(world, io);
    }
    if (what == "core") {
      core.repetitions = heat.repetitions;
      if (world.rank() == 0) bench::run_core(core);
      return;
    }
    throw tessera::usage_error("there is no benchmark '" + what +
                               "'; there are: heat, halo, iterate, messages, transfer, reduce, "
                               "select, check, profile, scale, io, core");
  });
}
