#include <tessera/distributed/functions/reduce_axes.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

/// All numbers that any rank has, each once.
checked_vector<index_t> united(const communicator& comm, const checked_vector<index_t>& mine) {
  std::vector<int> counts;
  std::vector<int> starts;
  int total = 0;
  for (const int count : allgather(comm, static_cast<int>(mine.size()))) {
    counts.push_back(count);
    starts.push_back(total);
    total += count;
  }
  checked_vector<index_t> all(static_cast<std::size_t>(total));
  const waiting here(total);
  note_collective();
  check_mpi(MPI_Allgatherv(mine.data(), static_cast<int>(mine.size()), MPI_INT64_T, all.data(),
                           counts.data(), starts.data(), MPI_INT64_T, comm.native()),
            "MPI_Allgatherv");
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

double rounded(const exact_sum& sum, double) { return sum.value(); }
float rounded(const exact_sum& sum, float) { return sum.value_as_float(); }

} // namespace

inexact_sums::inexact_sums(const communicator& comm, const output_share& mine,
                           const sum_parts* sums)
    : comm_(comm) {
  checked_vector<index_t> own;
  for (index_t k = 0; k < mine.count; ++k)
    if (!sums[k].is_exact()) own.push_back(mine.output_of(k));
  outputs_ = united(comm, own);
  places_.resize(static_cast<std::size_t>(mine.count), -1);
  for (index_t k = 0; k < mine.count; ++k) {
    const auto found = std::lower_bound(outputs_.begin(), outputs_.end(), mine.output_of(k));
    if (found != outputs_.end() && *found == mine.output_of(k))
      places_[static_cast<std::size_t>(k)] = found - outputs_.begin();
  }
  states_.resize(outputs_.size());
}

void inexact_sums::add_line(std::byte* doubles, index_t n, index_t output, void* self) {
  exact_sum::state* const state = static_cast<inexact_sums*>(self)->state_of(output);
  if (state == nullptr) return;
  exact_sum sum;
  sum.add(reinterpret_cast<const double*>(doubles), n);
  *state = sum.normalized();
}

void inexact_sums::add_line_of_float(std::byte* floats, index_t n, index_t output, void* self) {
  exact_sum::state* const state = static_cast<inexact_sums*>(self)->state_of(output);
  if (state == nullptr) return;
  exact_sum sum;
  for (index_t i = 0; i < n; ++i)
    sum.add(static_cast<double>(reinterpret_cast<const float*>(floats)[i]));
  *state = sum.normalized();
}

/// States of partial sums are merged by adding them up.
template <class R> void inexact_sums::round_all(R* results) {
  constexpr std::size_t at_once = (std::size_t{1} << 25U) / sizeof(exact_sum::state);
  for (std::size_t first = 0; first < states_.size(); first += at_once) {
    const std::size_t n = std::min(at_once, states_.size() - first);
    allreduce(comm_, states_[first].data(), static_cast<int>(n * exact_sum::words), MPI_SUM);
    for (std::size_t k = first; k < first + n; ++k)
      results[outputs_[k]] = rounded(exact_sum::from_state(states_[k]), R{});
  }
}

void inexact_sums::round(double* results) { round_all(results); }
void inexact_sums::round(float* results) { round_all(results); }

} // namespace tessera::detail
