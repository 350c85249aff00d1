/// @file
/// Collective calls on values and small arrays, checked.
///
/// Its parts lie in collectives.cpp and reduce_values.cpp.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/types/promotion.hpp>
#include <tessera/distributed/communicator.hpp>

#include <cstdint>
#include <iosfwd>
#include <type_traits>
#include <vector>

namespace tessera {

namespace detail {

/// MPI's own arithmetic, used for nothing but 64-bit integers: its sums of narrower ones saturate
/// or wrap by their place, those of floating-point numbers depend on the ranks, and its extrema
/// forget NaN.
void allreduce(const communicator& comm, std::int64_t* values, int count, MPI_Op op);

/// Of one value per rank.
std::uint64_t sum_of_ranks(const communicator& comm, std::uint64_t value);
double sum_of_ranks(const communicator& comm, double value);
float sum_of_ranks(const communicator& comm, float value);
long double sum_of_ranks(const communicator& comm, long double value);

std::int64_t extremum_of_ranks(const communicator& comm, std::int64_t value, bool largest);
std::uint64_t extremum_of_ranks(const communicator& comm, std::uint64_t value, bool largest);
double extremum_of_ranks(const communicator& comm, double value, bool largest);
long double extremum_of_ranks(const communicator& comm, long double value, bool largest);

/// The type in which values of an ordered type are compared.
template <class T> constexpr auto widest_of() {
  static_assert(std::is_arithmetic_v<T>, "only real numbers have an order");
  if constexpr (std::is_same_v<T, long double>)
    return T{};
  else if constexpr (std::is_floating_point_v<T>)
    return double{};
  else
    return sum_type<T>{};
}

void broadcast_bytes(const communicator& comm, void* data, index_t bytes, int root);
void allgather_bytes(const communicator& comm, const void* mine, void* all, int bytes);
/// `broadcast` and `gather_text` without a look at the arguments.
std::string broadcast_text(const communicator& comm, std::string text, int root);
std::string gather_texts(const communicator& comm, const std::string& text, int root);

} // namespace detail

/// @name Sums and extrema over ranks
/// What `sum`, `min` and `max` give for an array of the values that the ranks have, on all ranks
/// and with the same bits on each: for any number of ranks and whatever rank has which value.
/// Collective; one Allreduce of 8 bytes, of 568 for sums of floating-point numbers.
///
/// Sums of floating-point and complex numbers are exact and rounded once, also those of float; only
/// `long double` is added in the order of the ranks. Integers give 64 bits and wrap around there;
/// `bool` counts what is true. A NaN on any rank is the smallest and the largest value, as in
/// NumPy; a zero is +0.
///
///     const double energy = allreduce_sum(world, mine);
///     const std::int64_t how_many = allreduce_sum(world, found ? 1 : 0);
/// @{
template <class T> detail::sum_type<T> allreduce_sum(const communicator& comm, const T& value) {
  if constexpr (detail::is_complex<T>) {
    const auto real = detail::sum_of_ranks(comm, value.real());
    return T(real, detail::sum_of_ranks(comm, value.imag()));
  } else {
    static_assert(std::is_arithmetic_v<T>, "sums are of numbers");
    using terms = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
    return static_cast<detail::sum_type<T>>(detail::sum_of_ranks(comm, static_cast<terms>(value)));
  }
}
template <class T> T allreduce_min(const communicator& comm, const T& value) {
  using wide = decltype(detail::widest_of<T>());
  return static_cast<T>(detail::extremum_of_ranks(comm, static_cast<wide>(value), false));
}
template <class T> T allreduce_max(const communicator& comm, const T& value) {
  using wide = decltype(detail::widest_of<T>());
  return static_cast<T>(detail::extremum_of_ranks(comm, static_cast<wide>(value), true));
}
/// @}

/// @name Values of all ranks
/// All are collective.
/// @throws communication_error when MPI fails, as for a rank `root` that is not there, and for a
/// communicator of no ranks.
/// @{

/// Sum of the values of all lower ranks; 0 on rank 0. Collective.
[[nodiscard]] std::int64_t exclusive_scan(const communicator& comm, std::int64_t value);

/// Copies `count` values from `root` to all ranks. Collective; any count.
template <element T> void broadcast(const communicator& comm, T* data, index_t count, int root) {
  detail::broadcast_bytes(comm, data, count * static_cast<index_t>(sizeof(T)), root);
}
/// The text that `root` has, on all ranks. Collective.
[[nodiscard]] std::string broadcast(const communicator& comm, std::string text, int root);

/// The texts of all ranks, one behind the other in their order, on `root`; empty elsewhere; 2 GiB
/// at most. Collective.
[[nodiscard]] std::string gather_text(const communicator& comm, const std::string& text, int root);

/// The values of all ranks, in their order, on all ranks. Collective.
template <element T> std::vector<T> allgather(const communicator& comm, const T& value) {
  std::vector<T> values(static_cast<std::size_t>(comm.size()));
  detail::allgather_bytes(comm, &value, values.data(), sizeof(T));
  return values;
}
/// @}

} // namespace tessera
