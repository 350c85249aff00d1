#include <tessera/distributed/reduce.hpp>

#include <cstring>

namespace tessera::detail {

void merge(const communicator& comm, exact_sum& sum) {
  exact_sum::state state = sum.normalized();
  allreduce(comm, state.data(), static_cast<int>(state.size()), MPI_SUM);
  sum = exact_sum::from_state(state);
}

void merge(const communicator& comm, std::uint64_t& sum) { sum = sum_of_ranks(comm, sum); }

void merge(const communicator& comm, integer_total& sum) {
  // In pieces whose sums over all ranks have room.
  constexpr std::uint64_t half = 0xffffffffU;
  std::int64_t pieces[3] = {static_cast<std::int64_t>(sum.low & half),
                            static_cast<std::int64_t>(sum.low >> 32U), sum.high};
  allreduce(comm, pieces, 3, MPI_SUM);
  const std::int64_t upper = pieces[1] + (pieces[0] >> 32U);
  sum.low = static_cast<std::uint64_t>(pieces[0]) & half;
  sum.low |= static_cast<std::uint64_t>(upper) << 32U;
  sum.high = pieces[2] + (upper >> 32U);
}

namespace {

/// Spreads every bit over the word: the finalizer of SplitMix64.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

} // namespace

std::uint64_t hash_row(const std::byte* elements, index_t itemsize, index_t n, index_t first) {
  std::uint64_t sum = 0;
  for (index_t i = 0; i < n; ++i) {
    std::uint64_t hash = mix(static_cast<std::uint64_t>(first + i) + 0x9e3779b97f4a7c15U);
    for (index_t at = 0; at < itemsize; at += 8) {
      std::uint64_t word = 0;
      const index_t left = itemsize - at;
      std::memcpy(&word, elements + i * itemsize + at,
                  static_cast<std::size_t>(left < 8 ? left : 8));
      hash = mix(hash ^ word);
    }
    sum += hash;
  }
  return sum;
}

} // namespace tessera::detail
