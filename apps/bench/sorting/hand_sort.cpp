#include "sorting/hand_sort.hpp"

#include <algorithm>
#include <cstdint>

namespace bench {

namespace {

constexpr int samples = 64;

MPI_Datatype type_of(double /*like*/) { return MPI_DOUBLE; }
MPI_Datatype type_of(std::int64_t /*like*/) { return MPI_INT64_T; }

/// The ranks' ends among their numbers: every 64th of all samples.
template <class T>
std::vector<T> splitters(MPI_Comm comm, const std::vector<T>& sorted, int ranks) {
  std::vector<T> own;
  for (std::size_t k = 0; k < samples; ++k)
    own.push_back(sorted.empty() ? T{} : sorted[k * sorted.size() / samples]);
  std::vector<T> all(own.size() * static_cast<std::size_t>(ranks));
  MPI_Allgather(own.data(), samples, type_of(T{}), all.data(), samples, type_of(T{}), comm);
  std::sort(all.begin(), all.end());
  std::vector<T> result;
  for (std::size_t r = 1; r < static_cast<std::size_t>(ranks); ++r)
    result.push_back(all[r * samples]);
  return result;
}

std::vector<int> begins_of(const std::vector<int>& counts) {
  std::vector<int> result{0};
  for (const int n : counts) result.push_back(result.back() + n);
  return result;
}

} // namespace

template <class T> std::vector<T> hand_sort(MPI_Comm comm, const T* mine, std::size_t n) {
  int ranks = 0;
  MPI_Comm_size(comm, &ranks);
  std::vector<T> sorted(mine, mine + n);
  std::sort(sorted.begin(), sorted.end());
  std::vector<int> counts;
  auto from = sorted.begin();
  for (const T& end : splitters(comm, sorted, ranks)) {
    const auto to = std::lower_bound(from, sorted.end(), end);
    counts.push_back(static_cast<int>(to - from));
    from = to;
  }
  counts.push_back(static_cast<int>(sorted.end() - from));
  std::vector<int> arriving(counts.size());
  MPI_Alltoall(counts.data(), 1, MPI_INT, arriving.data(), 1, MPI_INT, comm);
  const std::vector<int> begins = begins_of(arriving);
  std::vector<T> result(static_cast<std::size_t>(begins.back()));
  MPI_Alltoallv(sorted.data(), counts.data(), begins_of(counts).data(), type_of(T{}), result.data(),
                arriving.data(), begins.data(), type_of(T{}), comm);
  for (std::size_t r = 1; r < static_cast<std::size_t>(ranks); ++r)
    std::inplace_merge(result.begin(), result.begin() + begins[r], result.begin() + begins[r + 1]);
  return result;
}

template std::vector<double> hand_sort(MPI_Comm, const double*, std::size_t);
template std::vector<std::int64_t> hand_sort(MPI_Comm, const std::int64_t*, std::size_t);

} // namespace bench
