#include <tessera/distributed/functions/statistics.hpp>

#include <algorithm>
#include <bit>
#include <limits>

namespace tessera::detail {

void add_counts(const communicator& comm, ndarray<index_t, 1>& counts) {
  constexpr index_t piece = index_t{1} << 20;
  for (index_t first = 0; first < counts.size(); first += piece)
    allreduce(comm, counts.data() + first, static_cast<int>(std::min(piece, counts.size() - first)),
              MPI_SUM);
}

namespace {

constexpr std::uint64_t sign = std::uint64_t{1} << 63U;

/// Integers in the order of the numbers; both zeros are the same.
std::uint64_t key_of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x == 0 ? 0.0 : x);
  return (bits & sign) != 0 ? ~bits : bits | sign;
}
double number_of(std::uint64_t key) {
  return std::bit_cast<double>((key & sign) != 0 ? key & ~sign : ~key);
}

/// The number that has k smaller ones, or equal ones before it, among those of all ranks: four bits
/// of its key at a time.
double kth_smallest(const communicator& comm, const double* sorted, index_t count, index_t k) {
  std::uint64_t key = 0;
  for (int shift = 60; shift >= 0; shift -= 4) {
    std::int64_t below[15];
    for (std::uint64_t digit = 1; digit < 16; ++digit) {
      const std::uint64_t bound = key + (digit << static_cast<unsigned>(shift));
      const double* const end = std::partition_point(
          sorted, sorted + count, [bound](double x) { return key_of(x) < bound; });
      below[digit - 1] = end - sorted;
    }
    allreduce(comm, below, 15, MPI_SUM);
    const auto digit = static_cast<std::uint64_t>(
        std::partition_point(below, below + 15, [k](std::int64_t n) { return n <= k; }) - below);
    key += digit << static_cast<unsigned>(shift);
  }
  return number_of(key);
}

} // namespace

void find_quantiles_over_ranks(const communicator& comm, double* values, index_t count,
                               index_t total, const quantile_request& request) {
  const bool has_nan = std::any_of(values, values + count, [](double x) { return x != x; });
  if (allreduce_max(comm, has_nan ? 1 : 0) > 0 || total == 0) {
    std::fill_n(request.results, request.count, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  std::sort(values, values + count);
  for (index_t i = 0; i < request.count; ++i) {
    const index_t below = place_of_quantile(total, request.q[i]);
    const double low = kth_smallest(comm, values, count, below);
    const double high = below + 1 < total ? kth_smallest(comm, values, count, below + 1) : low;
    request.results[i] = quantile_between(low, high, total, request.q[i]);
  }
}

} // namespace tessera::detail
