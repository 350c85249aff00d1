#include "command_line.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/parallel_profile.hpp>

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>

namespace apps {

using tessera::index_t;

namespace {

/// Options without a default show none.
template <class T> void add(CLI::App& app, const std::string& name, T& target, const char* help) {
  CLI::Option* const option = app.add_option(name, target, help);
  if constexpr (requires { target.empty(); }) {
    if (!target.empty()) option->capture_default_str();
  } else {
    if (target != T{}) option->capture_default_str();
  }
}

template <class T>
void add_list(CLI::App& app, const std::string& name, T& target, const std::string& help) {
  CLI::Option* const option = app.add_option(name, target, help)->delimiter(',');
  if (!target.empty()) option->capture_default_str();
}

} // namespace

command_line::command_line(const std::string& program, const std::string& description,
                           const std::string& notes)
    : app_(new CLI::App(description, program)) {
  app_->set_version_flag("--version", "tessera " TESSERA_VERSION);
  app_->footer(notes);
  app_->get_formatter()->column_width(34);
}

command_line::~command_line() { delete app_; }

void command_line::required(const std::string& name, std::string& target, const std::string& help) {
  app_->add_option(name, target, help)->required();
}

void command_line::required(const std::string& name, std::vector<std::string>& target,
                            const std::string& help) {
  app_->add_option(name, target, help)->required();
}

void command_line::option(const std::string& name, std::string& target, const std::string& help) {
  add(*app_, name, target, help.c_str());
}
void command_line::option(const std::string& name, index_t& target, const std::string& help) {
  add(*app_, name, target, help.c_str());
}
void command_line::option(const std::string& name, double& target, const std::string& help) {
  add(*app_, name, target, help.c_str());
}

void command_line::option(const std::string& name, std::vector<int>& target,
                          const std::string& help) {
  add_list(*app_, name, target, help);
}
void command_line::option(const std::string& name, std::vector<index_t>& target,
                          const std::string& help) {
  add_list(*app_, name, target, help);
}
void command_line::option(const std::string& name, std::vector<double>& target,
                          const std::string& help) {
  add_list(*app_, name, target, help);
}

void command_line::option(const std::string& name, std::vector<std::string>& target,
                          const std::string& help) {
  add_list(*app_, name, target, help);
}

void command_line::choice(const std::string& name, std::string& target,
                          const std::vector<std::string>& words, const std::string& help) {
  app_->add_option(name, target, help)->check(CLI::IsMember(words))->capture_default_str();
}

void command_line::flag(const std::string& name, bool& target, const std::string& help) {
  app_->add_flag(name, target, help);
}

void command_line::add_profile() {
  flag("--profile", profile_,
       "Print on stderr where the ranks spent their time; for files see TESSERA_PROFILE");
}

void command_line::exclusive(const std::string& a, const std::string& b) {
  app_->get_option(a)->excludes(app_->get_option(b));
}

bool command_line::parse(int argc, char** argv, const tessera::communicator& world) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& asked) {
    const bool version = dynamic_cast<const CLI::CallForVersion*>(&asked) != nullptr;
    if (world.rank() == 0) std::puts(version ? asked.what() : app_->help().c_str());
    return false;
  } catch (const CLI::ParseError& wrong) {
    throw tessera::usage_error(std::string(wrong.what()) + " (--help lists the options)");
  }
  if (profile_) tessera::parallel_profile::at_end(world, "-");
  return true;
}

bool command_line::given(const std::string& name) const { return app_->count(name) > 0; }

} // namespace apps
