// The programs' command lines.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace apps {

/// A command line by CLI11, which only one source file has to compile. Targets keep their values,
/// shown by --help as defaults, where an option is not given.
class command_line {
public:
  /// `notes` follow the list of options in --help: examples, exit codes.
  command_line(const std::string& program, const std::string& description,
               const std::string& notes);
  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;
  ~command_line();

  void required(const std::string& name, std::string& target, const std::string& help);
  /// All words that are left; at least one.
  void required(const std::string& name, std::vector<std::string>& target, const std::string& help);
  void option(const std::string& name, std::string& target, const std::string& help);
  void option(const std::string& name, tessera::index_t& target, const std::string& help);
  void option(const std::string& name, double& target, const std::string& help);
  /// Several values between commas.
  void option(const std::string& name, std::vector<int>& target, const std::string& help);
  void option(const std::string& name, std::vector<tessera::index_t>& target,
              const std::string& help);
  void option(const std::string& name, std::vector<double>& target, const std::string& help);
  void option(const std::string& name, std::vector<std::string>& target, const std::string& help);
  /// One of some words.
  void choice(const std::string& name, std::string& target, const std::vector<std::string>& words,
              const std::string& help);
  void flag(const std::string& name, bool& target, const std::string& help);
  /// Adds --profile, which prints where the ranks spent their time, at the end.
  void add_profile();
  /// Two options that do not go together.
  void exclusive(const std::string& a, const std::string& b);

  /// Reads the command line; the same on all ranks. False when there is nothing left to do because
  /// --help or --version was asked for: rank 0 has printed it.
  /// @throws tessera::usage_error for a command line that cannot be understood.
  bool parse(int argc, char** argv, const tessera::communicator& world);
  /// Was this option given?
  [[nodiscard]] bool given(const std::string& name) const;

private:
  CLI::App* app_;
  bool profile_ = false;
};

} // namespace apps
