/// @file
/// Collective calls on values and small arrays, checked.
#pragma once

#include <tessera/core/operand.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <cstdint>
#include <iosfwd>
#include <type_traits>
#include <vector>

namespace tessera {

namespace detail {

/// MPI's name for an arithmetic type. A bool is a small integer: of MPI's own, there is no smallest
/// and largest.
template <class T> MPI_Datatype mpi_type() {
  static_assert(std::is_arithmetic_v<T>);
  if constexpr (std::is_same_v<T, float>)
    return MPI_FLOAT;
  else if constexpr (std::is_same_v<T, double>)
    return MPI_DOUBLE;
  else if constexpr (std::is_same_v<T, long double>)
    return MPI_LONG_DOUBLE;
  else if constexpr (std::is_signed_v<T>)
    return sizeof(T) == 1   ? MPI_INT8_T
           : sizeof(T) == 2 ? MPI_INT16_T
           : sizeof(T) == 4 ? MPI_INT32_T
                            : MPI_INT64_T;
  else
    return sizeof(T) == 1   ? MPI_UINT8_T
           : sizeof(T) == 2 ? MPI_UINT16_T
           : sizeof(T) == 4 ? MPI_UINT32_T
                            : MPI_UINT64_T;
}

void allreduce(const communicator& comm, void* values, int count, MPI_Datatype type, MPI_Op op);
void broadcast_bytes(const communicator& comm, void* data, index_t bytes, int root);
void allgather_bytes(const communicator& comm, const void* mine, void* all, int bytes);
/// `broadcast` and `gather` of texts without a look at the arguments.
std::string broadcast_text(const communicator& comm, std::string text, int root);
std::string gather_texts(const communicator& comm, const std::string& text, int root);

} // namespace detail

/// Sum, smallest, largest of one value per rank, on all ranks. Collective. A sum of floating-point
/// values depends on the number of ranks; `sum` of a global array does not.
template <class T> T allreduce_sum(const communicator& comm, T value) {
  static_assert(!std::is_same_v<T, bool>, "a bool cannot count");
  detail::allreduce(comm, &value, 1, detail::mpi_type<T>(), MPI_SUM);
  return value;
}
template <class T> T allreduce_min(const communicator& comm, T value) {
  detail::allreduce(comm, &value, 1, detail::mpi_type<T>(), MPI_MIN);
  return value;
}
template <class T> T allreduce_max(const communicator& comm, T value) {
  detail::allreduce(comm, &value, 1, detail::mpi_type<T>(), MPI_MAX);
  return value;
}

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
[[nodiscard]] std::string gather(const communicator& comm, const std::string& text, int root);

/// The values of all ranks, in their order, on all ranks. Collective.
template <element T> std::vector<T> allgather(const communicator& comm, const T& value) {
  std::vector<T> values(static_cast<std::size_t>(comm.size()));
  detail::allgather_bytes(comm, &value, values.data(), sizeof(T));
  return values;
}

} // namespace tessera
