// Exact sums along axes, of which several ranks have parts: each rank finishes some of those that
// it has parts of, then all get all results.
#include "functions/shared_outputs.hpp"

#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

namespace tessera::detail {

namespace {

constexpr int all_words = 3;

/// So much is sent to every rank, as one call takes less time than two and an agreement.
constexpr index_t few_bytes = 32768;

/// Few sums, all of which every rank finishes. False where some are not exact.
template <class R>
bool finish_everywhere(const communicator& comm, const sum_parts* sums, index_t n, R* results) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  const index_t each = all_words * n;
  checked_vector<double> mine(static_cast<std::size_t>(each));
  checked_vector<double> all(mine.size() * ranks);
  split(sums, n, all_words, mine.data());
  {
    const waiting here(static_cast<index_t>(sizeof(double)) * each);
    note_collective();
    check_mpi(MPI_Allgather(mine.data(), static_cast<int>(each), MPI_DOUBLE, all.data(),
                            static_cast<int>(each), MPI_DOUBLE, comm.native()),
              "MPI_Allgather");
  }
  std::vector<split_sums> parts(ranks);
  bool are_exact = true;
  for (std::size_t r = 0; r < ranks; ++r) {
    const double* const numbers = all.data() + static_cast<index_t>(r) * each;
    parts[r] = {numbers, n};
    for (index_t k = n; k < 2 * n; ++k) are_exact = are_exact && numbers[k] == numbers[k];
  }
  round_sums(parts.data(), ranks, all_words, n, results);
  return are_exact;
}

/// The outputs of a box that one rank finishes.
struct finished_outputs {
  const shared_outputs* box = nullptr;
  index_t first = 0;
  index_t last = 0;
};

/// The sums of a rank go to those that finish them, in words of which all first ones come first;
/// then the results go everywhere. In rounds, of pieces that stay in the cache.
template <class R> class shared_finish {
public:
  shared_finish(const communicator& comm, const all_shares& shares, int words)
      : comm_(comm), shares_(shares), words_(words), ranks_(static_cast<std::size_t>(comm.size())),
        all_(ranks_), sent_(ranks_), received_(ranks_), finished_(ranks_) {
    index_t most = 0;
    for (const shared_outputs& box : shares.boxes) {
      const auto n = static_cast<index_t>(box.ranks.size());
      for (index_t k = 0; k < n; ++k)
        all_[static_cast<std::size_t>(box.ranks[static_cast<std::size_t>(k)])] = {
            &box, box.count / n * k + std::min(k, box.count % n),
            box.count / n * (k + 1) + std::min(k + 1, box.count % n)};
      most = std::max(most, (box.count + n - 1) / n);
    }
    constexpr index_t room = 1 << 21; // bytes
    constexpr index_t least = 1024;
    const index_t bytes = comm.size() * words * static_cast<index_t>(sizeof(double));
    piece_ = std::clamp<index_t>(room / bytes, least, std::max(most, least));
    rounds_ = (most + piece_ - 1) / piece_;
  }

  void run(const sum_parts* sums, R* results) {
    for (round_ = 0; round_ < rounds_; ++round_) {
      exchange(sums);
      finish();
      spread(results);
    }
  }

private:
  /// How many numbers go to or come from each rank, and where they begin.
  struct layout {
    explicit layout(std::size_t ranks) : counts(ranks), starts(ranks) {}
    template <class Count> int set(const Count& count) {
      int total = 0;
      for (std::size_t r = 0; r < counts.size(); ++r) {
        starts[r] = total;
        counts[r] = static_cast<int>(count(r));
        total += counts[r];
      }
      return total;
    }
    std::vector<int> counts;
    std::vector<int> starts;
  };

  /// What rank r finishes in this round.
  [[nodiscard]] finished_outputs part_of(std::size_t r) const {
    const finished_outputs& all = all_[r];
    const index_t first = std::min(all.first + round_ * piece_, all.last);
    return {all.box, first, std::min(first + piece_, all.last)};
  }
  [[nodiscard]] index_t count_of(std::size_t r) const {
    const finished_outputs part = part_of(r);
    return part.last - part.first;
  }
  [[nodiscard]] std::size_t own() const { return static_cast<std::size_t>(comm_.rank()); }
  [[nodiscard]] bool is_beside(std::size_t r) const {
    return all_[r].box != nullptr && all_[r].box == all_[own()].box;
  }

  void exchange(const sum_parts* sums) {
    const int sent =
        sent_.set([&](std::size_t r) { return is_beside(r) ? words_ * count_of(r) : 0; });
    const int received =
        received_.set([&](std::size_t r) { return is_beside(r) ? words_ * count_of(own()) : 0; });
    to_send_.resize(static_cast<std::size_t>(sent));
    terms_.resize(static_cast<std::size_t>(received));
    for (std::size_t r = 0; r < ranks_; ++r)
      if (sent_.counts[r] > 0)
        split(sums + part_of(r).first, count_of(r), words_, to_send_.data() + sent_.starts[r]);
    const waiting here(static_cast<index_t>(sizeof(double)) * (sent + received));
    note_collective();
    check_mpi(MPI_Alltoallv(to_send_.data(), sent_.counts.data(), sent_.starts.data(), MPI_DOUBLE,
                            terms_.data(), received_.counts.data(), received_.starts.data(),
                            MPI_DOUBLE, comm_.native()),
              "MPI_Alltoallv");
  }

  void finish() {
    const index_t n = count_of(own());
    parts_.clear();
    for (std::size_t r = 0; r < ranks_; ++r)
      if (received_.counts[r] > 0) parts_.push_back({terms_.data() + received_.starts[r], n});
    own_.resize(static_cast<std::size_t>(n));
    if (n > 0) round_sums(parts_.data(), parts_.size(), words_, n, own_.data());
  }

  void spread(R* results) {
    const MPI_Datatype type = sizeof(R) == sizeof(double) ? MPI_DOUBLE : MPI_FLOAT;
    const int total = finished_.set([&](std::size_t r) { return count_of(r); });
    everywhere_.resize(static_cast<std::size_t>(total));
    {
      const waiting here(static_cast<index_t>(sizeof(R)) * total);
      note_collective();
      check_mpi(MPI_Allgatherv(own_.data(), finished_.counts[own()], type, everywhere_.data(),
                               finished_.counts.data(), finished_.starts.data(), type,
                               comm_.native()),
                "MPI_Allgatherv");
    }
    for (std::size_t r = 0; r < ranks_; ++r) {
      const finished_outputs part = part_of(r);
      if (part.box == nullptr) continue;
      const R* const from = everywhere_.data() + finished_.starts[r];
      shares_.for_rows(*part.box, part.first, part.last,
                       [&](index_t output, index_t at, index_t n) {
                         std::copy_n(from + (at - part.first), n, results + output);
                       });
    }
  }

  const communicator& comm_;
  const all_shares& shares_;
  int words_;
  std::size_t ranks_;
  std::vector<finished_outputs> all_; // of each rank
  index_t piece_ = 1;                 // outputs that a rank finishes at once
  index_t rounds_ = 0;
  index_t round_ = 0;
  layout sent_;
  layout received_;
  layout finished_;
  checked_vector<double> to_send_;
  checked_vector<double> terms_;
  std::vector<split_sums> parts_;
  checked_vector<R> own_;
  checked_vector<R> everywhere_;
};

template <class R>
bool finish_in_shares(const communicator& comm, const all_shares& shares, int words,
                      const sum_parts* sums, R* results) {
  shared_finish<R>(comm, shares, std::min(words, all_words)).run(sums, results);
  return words != not_exact;
}

template <class R>
bool combine(const communicator& comm, const output_share& mine, const sum_parts* sums,
             R* results) {
  const int words = words_needed(sums, mine.count);
  if (mine.are_divided) {
    const all_shares shares(comm, mine, words);
    return finish_in_shares(comm, shares, static_cast<int>(shares.largest_note), sums, results);
  }
  const index_t n = mine.count_of_all();
  if (n == 0) return true;
  const checked_vector<sum_parts> nothing(mine.count == 0 ? static_cast<std::size_t>(n) : 0);
  if (mine.count == 0) sums = nothing.data();
  if (n * comm.size() * static_cast<index_t>(sizeof *sums) <= few_bytes)
    return finish_everywhere(comm, sums, n, results);
  return finish_in_shares(comm, all_shares::of_one_box(comm, mine), allreduce_max(comm, words),
                          sums, results);
}

} // namespace

bool combine_sums(const communicator& comm, const output_share& mine, const sum_parts* sums,
                  double* results) {
  return combine(comm, mine, sums, results);
}
bool combine_sums(const communicator& comm, const output_share& mine, const sum_parts* sums,
                  float* results) {
  return combine(comm, mine, sums, results);
}

} // namespace tessera::detail
