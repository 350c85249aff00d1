#include <tessera/distributed/sorting/select.hpp>

namespace tessera::detail {

pivot_counts sum_of_counts(const communicator& comm, const pivot_counts& mine) {
  std::int64_t counts[] = {mine.smaller, mine.equal};
  allreduce(comm, counts, 2, MPI_SUM);
  return {counts[0], counts[1]};
}

axis_segments parted_axis(const std::vector<pivot_counts>& ranks,
                          const std::vector<index_t>& boundaries) {
  axis_segments result;
  index_t to = 0;
  const auto add = [&](index_t from, index_t count) {
    if (count > 0) result.push_back({to, 1, from, 1, count});
    to += count;
  };
  for (std::size_t r = 0; r < ranks.size(); ++r) add(boundaries[r], ranks[r].smaller);
  for (std::size_t r = 0; r < ranks.size(); ++r)
    add(boundaries[r] + ranks[r].smaller, ranks[r].equal);
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    const index_t from = boundaries[r] + ranks[r].smaller + ranks[r].equal;
    add(from, boundaries[r + 1] - from);
  }
  return result;
}

} // namespace tessera::detail
