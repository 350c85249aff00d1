/// @file
/// Ranks that throw together.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <exception>
#include <optional>
#include <type_traits>

namespace tessera {

namespace detail {

/// Throws on all ranks what the lowest rank with a failure brings; or else argument_error where
/// ranks were given different arguments, if these are told. Collective.
void throw_together(const communicator& comm, const std::exception* failure,
                    const given_arguments* given = nullptr);

} // namespace detail

/// Runs `f` on every rank. When it throws on any of them, all throw the same error: that of the
/// lowest such rank, which the message names (unless all ranks failed). Returns what `f` returns.
/// With `given`, argument_error is thrown on all ranks, too, when ranks were given different
/// things.
///
/// Collective; one Allreduce of 8 bytes when all is well, or 32. `f` itself must not communicate in
/// a way that a rank which threw would leave its peers waiting.
///
///     const auto header = collectively(comm, [&] { return read_header(path); });
template <class F>
auto collectively(const communicator& comm, F&& f, const detail::given_arguments* given = nullptr) {
  using result_type = std::invoke_result_t<F&>;
  const auto run = [&](auto&& body) {
    try {
      body();
    } catch (const std::exception& failure) {
      detail::throw_together(comm, &failure, given);
    } catch (...) {
      const error unknown(error_kind::other, "an exception of unknown type");
      detail::throw_together(comm, &unknown, given);
    }
    detail::throw_together(comm, nullptr, given);
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
