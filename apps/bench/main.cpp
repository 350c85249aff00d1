// What this machine reaches against its own limits, by hand and with other libraries.
#include "../support/command_line.hpp"
#include "check.hpp"
#include "core.hpp"
#include "halo.hpp"
#include "heat.hpp"
#include "io.hpp"
#include "lists/subscripts.hpp"
#include "matrices/matrices.hpp"
#include "messages/messages.hpp"
#include "one_sided/one_sided.hpp"
#include "profile.hpp"
#include "reduce.hpp"
#include "scale.hpp"
#include "selection/select.hpp"
#include "solvers/solvers.hpp"
#include "sorting/sort.hpp"
#include "stencils/iterate.hpp"
#include "stencils/stages.hpp"
#include "threads/threads.hpp"
#include "transfer.hpp"
#include "transforms/fft.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/run.hpp>

#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  // What other libraries do with windows is measured as Open MPI serves them by itself.
  setenv("OMPI_MCA_osc", "^ucx", 0);
  return tessera::run(argc, argv, [&](tessera::communicator& world) {
    std::string what;
    bench::heat_options heat;
    bench::core_options core;
    bench::transfer_options transfer;
    bench::io_options io;
    tessera::index_t order = 4000;
    tessera::index_t sort_size = 10'000'000;
    apps::command_line line(
        "tessera-bench", "Measures Tessera against hand-written code and other libraries.",
        "Benchmarks:\n  heat  heat steps and halo exchanges along the first axis\n"
        "  halo  halo exchanges, by messages and by shared memory\n"
        "  iterate  heat steps many at a time\n"
        "  stages  steps of several kernels on several fields\n"
        "  transfer  a matrix from rows to columns, and transposed\n"
        "  subscripts  elements that lists of subscripts name\n"
        "  fft  Fourier transforms over ranks\n"
        "  messages  messages and collective calls, on two ranks\n"
        "  one_sided  elements of another rank's, read, written and added to without it\n"
        "  matrices  products, equations, eigenvectors\n"
        "  reduce  sums of vectors, along axes and of whole arrays, reproducible and not\n"
        "  select  elements that a mask chooses\n"
        "  solvers  conjugate gradients and multigrid\n"
        "  sort  sorting over ranks and on one, and the different ones of many\n"
        "  threads  one rank with two threads, on two ranks with --bind-to none\n"
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
                "Of core, io, stages, reduce, solvers and messages: only this case (of io: text, "
                "arrays, checkpoint; of "
                "stages: fields, water, wave, spots, wave3; of reduce: vectors, axes, whole; of "
                "solvers: cg, multigrid; of "
                "messages: arrays, collectives, views, objects, exchange)");
    line.flag("--large", core.large,
              "Of core: also the sizes that need gigabytes and minutes; "
              "of transfer: more than 2 GiB in one message; of solvers: 400^3 points");
    line.option("--size", transfer.size, "Of transfer: rows and columns of the matrix");
    line.option("--order", order, "Of matrices: rows and columns");
    line.option("--numbers", sort_size, "Of sort: how many");
    line.option("--folder", io.folder, "Of io and threads: where files are written");
    line.option("--rows", io.rows, "Of io: rows of the text");
    line.option("--mib", io.mebibytes, "Of io: size of the arrays in MiB");
    line.add_profile();
    if (!line.parse(argc, argv, world)) return;
    if (heat.repetitions < 1) throw tessera::usage_error("--repeat must be 1 or more");
    if (what == "heat") return bench::run_heat(world, heat);
    if (what == "halo") return bench::run_halo(world, heat.repetitions);
    if (what == "iterate") return bench::run_iterate(world, heat.repetitions);
    if (what == "stages") return bench::run_stages(world, heat.repetitions, core.only);
    if (what == "messages") return bench::run_messages(world, {core.only, heat.repetitions});
    if (what == "subscripts") return bench::run_subscripts(world, heat.repetitions);
    if (what == "one_sided") return bench::run_one_sided(world, heat.repetitions);
    if (what == "matrices") return bench::run_matrices(world, order, heat.repetitions);
    if (what == "solvers")
      return bench::run_solvers(world, {heat.repetitions, core.only, core.large});
    if (what == "reduce") return bench::run_reduce(world, heat.repetitions, core.only);
    if (what == "select") return bench::run_select(world, heat.repetitions);
    if (what == "fft") return bench::run_fft(world, heat.repetitions);
    if (what == "sort") return bench::run_sort(world, sort_size, heat.repetitions);
    if (what == "threads") return bench::run_threads(world, io.folder, heat.repetitions);
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
    throw tessera::usage_error(
        "there is no benchmark '" + what +
        "'; there are: heat, halo, iterate, stages, messages, transfer, "
        "subscripts, "
        "select, sort, one_sided, "
        "matrices, fft, solvers, reduce, threads, check, profile, scale, io, core");
  });
}
