/// @file
/// Errors of other libraries in functions that one process calls by itself.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/foreign_error.hpp>

#include <exception>
#include <string>

namespace tessera::detail {

/// Runs `f`; what is thrown and no error of ours, as std::bad_alloc, becomes one. Local.
template <class F> decltype(auto) with_own_errors(F&& f) {
  try {
    return f();
  } catch (const error&) {
    throw;
  } catch (const std::exception& failure) {
    const error told = as_error(failure);
    throw_error(told.kind(), told.what());
  }
}

} // namespace tessera::detail
