// What this machine reaches against its own limits, by hand and with other libraries.
#include "../support/command_line.hpp"
#include "heat.hpp"

#include <tessera/distributed/run.hpp>

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  return tessera::run(argc, argv, [&](tessera::communicator& world) {
    CLI::App app("Measures Tessera against hand-written code and other libraries.",
                 "tessera-bench");
    apps::describe(app, "  mpirun -n 2 tessera-bench heat");
    app.require_subcommand(1);
    bench::heat_options heat;
    auto* heat_command = app.add_subcommand("heat", "Heat steps and halo exchanges");
    heat_command->add_option("--repeat", heat.repetitions, "Samples of each candidate")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    heat_command->add_flag("--json", heat.json, "Print JSON in place of a table");
    if (!apps::parse(app, argc, argv, world)) return;
    bench::run_heat(world, heat);
  });
}
