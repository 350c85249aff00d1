// Whether the ranks of a communicator are in the same raw call, with operands that fit.
#pragma once

#include "hidden_communicator.hpp"
#include "operands.hpp"

namespace tessera::detail {

/// What `describe(operands&)` says, as text.
struct told_call {
  void (*describe)(const void* context, operands& of);
  const void* context;
};

/// Ends the job with a message where ranks are in different calls. Collective; a sum of 16 bytes
/// when all is well.
void compare_call(const hidden_communicator& hidden, const operands& mine, const told_call& told);

} // namespace tessera::detail
