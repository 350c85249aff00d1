#include "command_line.hpp"

#include <tessera/core/error.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>

namespace apps {

void describe(CLI::App& app, const std::string& examples) {
  app.set_version_flag("--version", "tessera " TESSERA_VERSION);
  app.footer("Examples:\n" + examples);
  app.get_formatter()->column_width(34);
}

bool parse(CLI::App& app, int argc, char** argv, const tessera::communicator& world) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::Success& asked) {
    const bool version = dynamic_cast<const CLI::CallForVersion*>(&asked) != nullptr;
    if (world.rank() == 0)
      std::puts(version ? asked.what() : app.help("", CLI::AppFormatMode::All).c_str());
    return false;
  } catch (const CLI::ParseError& wrong) {
    throw tessera::usage_error(std::string(wrong.what()) + " (--help lists the options)");
  }
}

} // namespace apps
