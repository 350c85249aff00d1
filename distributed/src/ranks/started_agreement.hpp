// What the ranks compare of collective calls that they start, where they check.
#pragma once

#include "stack/call_site.hpp"

#include <tessera/distributed/communicator.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace tessera::detail {

/// What each rank started as its next call on a communicator. Starting waits for nobody: who waits
/// for the call finds out.
class started_agreement {
public:
  /// Before the call itself is started.
  void start(const communicator& comm, const char* call, const std::string& operands);
  /// True when all ranks have started this call, or nothing is compared. Throws argument_error
  /// where they started different ones.
  bool advance(bool blocking);
  void give_up() noexcept;

private:
  struct note {
    std::uint64_t hash = 0;
    std::array<char, 184> text{}; // cut off where it is longer
    portable_stack stack;
  };
  [[nodiscard]] std::string disagreement() const;

  MPI_Request request_ = MPI_REQUEST_NULL;
  note mine_;
  std::vector<note> all_; // in place as long as the request is under way
};

} // namespace tessera::detail
