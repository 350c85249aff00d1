/// @file
/// Stencils whose kernels give something to be reduced beside the values of their cells.
#pragma once

#include <tessera/distributed/stencils/reducing_rows.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

/// One array as several are named.
template <class T, std::size_t N> std::tuple<global_array<T, N>&> tied(global_array<T, N>& a) {
  return std::tie(a);
}
template <class... T, std::size_t N>
std::tuple<global_array<T, N>&...> tied(const std::tuple<global_array<T, N>&...>& all) {
  return all;
}
inline std::tuple<> tied(const std::tuple<>& none) { return none; }
/// One array, or several in a `std::tie`.
template <class A>
concept tied_arrays = requires(A& a) {
  tied(a);
};

/// Computes the cells; gives this rank's terms. Collective.
template <std::size_t N, class... To, class... From, class Kernel, class... Op>
auto apply_with_totals(const std::tuple<global_array<To, N>&...>& to,
                       const std::tuple<global_array<From, N>&...>& from, const Kernel& kernel,
                       const Op&...) {
  using totals = typename reducing_kernel<sizeof...(To), N, Kernel, types<From...>, Op...>::totals;
  using rows = reducing_rows<types<To...>, types<From...>, N, Kernel, totals>;
  totals own;
  [&]<std::size_t... I>(std::index_sequence<I...> inputs) {
    const auto run = [&](const auto& around, const auto& origin, const auto& arrays,
                         const flat_box& cells, index_t band) {
      run_by_threads(rows{kernel, {around[I]...}, origin, &own}, arrays, cells, band, own);
    };
    apply_fields<N>(to, from, kernel, &own, run, std::index_sequence_for<To...>(), inputs);
  }
  (std::index_sequence_for<From...>());
  return own;
}

} // namespace detail

/// Reductions of a call of `start_apply`, whose message is under way. `wait` gives the results,
/// once; the destructor waits, too. Move-only.
template <class Totals> class [[nodiscard]] pending_totals {
public:
  /// For `start_apply`. Collective.
  pending_totals(const communicator& comm, Totals& own) {
    own.put(message_);
    message_.send(comm, true);
  }
  /// The result, or a tuple of them in the order of the operations. Collective in effect: all ranks
  /// get the same.
  /// @throws argument_error on all ranks for an extremum of no cells; communication_error when MPI
  /// fails.
  auto wait() {
    message_.wait();
    return Totals::take(message_);
  }
  /// Have the results come? Never waits. Local.
  [[nodiscard]] bool test() { return message_.test(); }

private:
  detail::reduction_message message_;
};

/// One step of a stencil whose kernel gives, beside the values of a cell, terms that are reduced
/// over all cells and ranks: a step of conjugate gradients is one pass over memory for its sum and
/// its arrays together.
///
/// The kernel returns a value for each array that is computed, and then a term for each operation,
/// as a `std::pair` or `std::tuple`. All terms go in one message. The result is one number, or a
/// tuple of them in the order of the operations:
///
///     const double pq = apply(q, p, [](auto p) {
///       const double image = 4.0 * p(0, 0) - p(-1, 0) - p(1, 0) - p(0, -1) - p(0, 1);
///       return std::pair(image, p(0, 0) * image);
///     }, op::sum);
///     const auto [squares, largest] = apply(r, std::tie(r, q), [=](auto r, auto q) {
///       const double next = r(0, 0) - alpha * q(0, 0);            // in place
///       return std::tuple(next, next * next, std::abs(next));
///     }, op::sum, op::max);
///     const double work = apply(std::tie(), std::tie(u, f), [](auto u, auto f) {
///       return u(0, 0) * f(0, 0);                                 // nothing but a sum
///     }, op::sum);
///
/// - `op::sum`: of floating-point terms the exact sum, rounded once, which has the same bits on any
///   number of ranks and threads; of integers and `bool` the sum in 64 bits, as `sum` of an array;
/// - `op::plain_sum`: rounded as it is added up, which is quicker, and gives other bits on another
///   number of ranks or threads;
/// - `op::min`, `op::max`: a NaN where there is one; a zero is +0.
///
/// Cells that the stencil leaves alone give no terms. Everything else is as `apply` of several
/// arrays says, which may be named as one array or by `std::tie`. There are at most four terms of
/// `op::plain_sum`, of integers, and of extrema each.
///
/// Collective; one Allreduce of 568 bytes for each exact sum and 8 for every other result.
/// @throws argument_error on all ranks for `op::min` and `op::max` of no cells; as `apply` of
/// several arrays.
template <class To, class From, class Kernel, detail::cell_operation... Op>
requires(sizeof...(Op) > 0 && detail::tied_arrays<To> && detail::tied_arrays<From>)
    [[nodiscard]] auto apply(To&& to, From&& from, const Kernel& kernel, const Op&... operations) {
  const auto read = detail::tied(from);
  auto own = detail::apply_with_totals(detail::tied(to), read, kernel, operations...);
  detail::reduction_message message;
  own.put(message);
  message.send(std::get<0>(read).comm(), false);
  return own.take(message);
}

/// The same, but the message is under way when it returns: cells are computed, and other work can
/// be done before `wait` is asked for the results. Collective; costs and throws as `apply`.
///
///     auto squares = start_apply(r, std::tie(r, q), reduce_residual, op::sum);
///     apply(x, std::tie(x, p), advance); // meanwhile
///     const double rho = squares.wait();
template <class To, class From, class Kernel, detail::cell_operation... Op>
requires(sizeof...(Op) > 0 && detail::tied_arrays<To> &&
         detail::tied_arrays<From>) auto start_apply(To&& to, From&& from, const Kernel& kernel,
                                                     const Op&... operations) {
  const auto read = detail::tied(from);
  auto own = detail::apply_with_totals(detail::tied(to), read, kernel, operations...);
  return pending_totals<decltype(own)>(std::get<0>(read).comm(), own);
}

} // namespace tessera
