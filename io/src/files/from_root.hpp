/// @file
/// What rank 0 finds out for all.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/foreign_error.hpp>

#include <exception>
#include <string>
#include <utility>

namespace tessera::detail {

/// Runs `f` on rank 0 and returns its text on all ranks. When it throws, all ranks throw the same
/// error, whose message is the same for any number of ranks. Collective; two broadcasts at most.
template <class F> std::string text_from_root(const communicator& comm, F&& f) {
  std::string text;
  int failed_as = -1;
  if (comm.rank() == 0) {
    try {
      text = f();
    } catch (const std::exception& failure) {
      const error told = as_error(failure);
      failed_as = static_cast<int>(told.kind());
      text = told.what();
    }
  }
  broadcast(comm, &failed_as, 1, 0);
  text = broadcast(comm, std::move(text), 0);
  if (failed_as >= 0) throw_error(static_cast<error_kind>(failed_as), text);
  return text;
}

} // namespace tessera::detail
