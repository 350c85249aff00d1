// What the converters of files have in common.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>
#include <vector>

namespace apps {

class command_line;

/// One run of a converter: the options that all of them have, and the summary at the end.
class conversion {
public:
  /// Adds --force and --json.
  explicit conversion(command_line& line);

  std::string input;
  std::string output;

  /// Throws usage_error on all ranks when the output exists and nobody said --force. Collective.
  void check_output(const tessera::communicator& world) const;
  /// With --json: one line on stdout, from rank 0.
  void report(const tessera::communicator& world, const std::string& dtype,
              const std::vector<tessera::index_t>& shape) const;

private:
  bool force_ = false;
  bool json_ = false;
  double start_ = 0;
};

} // namespace apps
