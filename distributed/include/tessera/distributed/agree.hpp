/// @file
/// Ranks that throw together.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/distributed/communicator.hpp>

#include <exception>
#include <optional>
#include <type_traits>

namespace tessera {

namespace detail {

/// Throws on all ranks what the lowest rank with a failure brings. Collective.
void throw_together(const communicator& comm, const std::exception* failure);

} // namespace detail

/// Runs `f` on every rank. When it throws on any of them, all throw the same error: that of the
/// lowest such rank, which the message names (unless all ranks failed). Returns what `f` returns.
///
/// Collective; one Allreduce of 8 bytes when all is well. `f` itself must not communicate in a way
/// that a rank which threw would leave its peers waiting.
///
///     const auto header = collectively(comm, [&] { return read_header(path); });
template <class F> auto collectively(const communicator& comm, F&& f) {
  using result_type = std::invoke_result_t<F&>;
  const auto run = [&](auto&& body) {
    try {
      body();
    } catch (const std::exception& failure) {
      detail::throw_together(comm, &failure);
    } catch (...) {
      const error unknown(error_kind::other, "an exception of unknown type");
      detail::throw_together(comm, &unknown);
    }
    detail::throw_together(comm, nullptr);
  };
  if constexpr (std::is_void_v<result_type>) {
    run(f);
  } else {
    std::optional<result_type> result;
    run([&] { result.emplace(f()); });
    return std::move(*result);
  }
}

} // namespace tessera
