#include <tessera/distributed/reduce.hpp>

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

} // namespace tessera::detail
