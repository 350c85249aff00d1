// What the programs' command lines have in common.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <CLI/App.hpp>

#include <string>

namespace apps {

/// Gives an application --version, and its --help footer.
void describe(CLI::App& app, const std::string& examples);

/// Reads the command line; the same on all ranks. False when there is nothing left to do because
/// --help or --version was asked for: rank 0 has printed it.
/// @throws tessera::usage_error for a command line that cannot be understood.
bool parse(CLI::App& app, int argc, char** argv, const tessera::communicator& world);

} // namespace apps
