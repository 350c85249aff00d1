// Sums and extrema of one value per rank.
#include <tessera/core/exact_sum.hpp>
#include <tessera/distributed/collectives.hpp>

#include <bit>
#include <limits>

namespace tessera::detail {

namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

/// Integers in the order of the numbers, with NaN beyond the end that it is to win at; both zeros
/// are the same.
std::int64_t key_of(double x, bool largest) {
  if (x != x) return largest ? highest : lowest;
  const auto bits = std::bit_cast<std::int64_t>(x == 0 ? 0.0 : x);
  return bits < 0 ? bits ^ highest : bits;
}

double number_of(std::int64_t key) {
  if (key == lowest || key == highest) return std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<double>(key < 0 ? key ^ highest : key);
}

exact_sum total_of(const communicator& comm, double value) {
  exact_sum mine;
  mine.add(value);
  exact_sum::state state = mine.normalized();
  allreduce(comm, state.data(), static_cast<int>(state.size()), MPI_SUM);
  return exact_sum::from_state(state);
}

} // namespace

std::uint64_t sum_of_ranks(const communicator& comm, std::uint64_t value) {
  auto sum = static_cast<std::int64_t>(value);
  allreduce(comm, &sum, 1, MPI_SUM);
  return static_cast<std::uint64_t>(sum);
}

double sum_of_ranks(const communicator& comm, double value) {
  return total_of(comm, value).value();
}

float sum_of_ranks(const communicator& comm, float value) {
  return total_of(comm, static_cast<double>(value)).value_as_float();
}

long double sum_of_ranks(const communicator& comm, long double value) {
  long double sum = 0;
  for (const long double term : allgather(comm, value)) sum += term;
  return sum;
}

std::int64_t extremum_of_ranks(const communicator& comm, std::int64_t value, bool largest) {
  allreduce(comm, &value, 1, largest ? MPI_MAX : MPI_MIN);
  return value;
}

std::uint64_t extremum_of_ranks(const communicator& comm, std::uint64_t value, bool largest) {
  // In the order of signed numbers.
  constexpr std::uint64_t half = std::uint64_t{1} << 63U;
  const auto key = static_cast<std::int64_t>(value ^ half);
  return static_cast<std::uint64_t>(extremum_of_ranks(comm, key, largest)) ^ half;
}

double extremum_of_ranks(const communicator& comm, double value, bool largest) {
  return number_of(extremum_of_ranks(comm, key_of(value, largest), largest));
}

long double extremum_of_ranks(const communicator& comm, long double value, bool largest) {
  long double best = value;
  for (const long double each : allgather(comm, value)) {
    if (each != each) return std::numeric_limits<long double>::quiet_NaN();
    if (largest ? each > best : each < best) best = each;
  }
  return best == 0 ? 0 : best;
}

} // namespace tessera::detail
