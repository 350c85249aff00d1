#include "collective/exact_rank_sums.hpp"

#include "collective/member_sums.hpp"
#include "messages/operation.hpp"
#include "messages/received.hpp"
#include "messages/sending.hpp"
#include "messages/staging_memory.hpp"

#include <tessera/core/exact_sum.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace tessera::detail {

namespace {

/// So much is added by every rank, since that takes one call in place of two.
constexpr index_t few_bytes = 16384;

/// Their exact sum, rounded to T.
template <class T> T exact_sum_of(const double* terms, index_t count) {
  exact_sum sum;
  sum.add(terms, count);
  if constexpr (std::is_same_v<T, float>)
    return sum.value_as_float();
  else
    return sum.value();
}

/// The same; where twice the precision of double shows that the result is certain, quickly.
template <class T> T rounded_sum(const double* terms, index_t count) {
  constexpr double relative = 0x1p-95; // of what is lost, generously
  double sum = 0;
  double rest = 0;
  double size = 0;
  for (index_t k = 0; k < count; ++k) {
    const double next = sum + terms[k];
    const double part = next - sum;
    rest += (sum - (next - part)) + (terms[k] - part);
    sum = next;
    size += std::abs(terms[k]);
  }
  const double lost = size * relative * static_cast<double>(count) +
                      std::abs(rest) * 0x1p-51 * static_cast<double>(count);
  const auto low = static_cast<T>(sum + (rest - lost));
  const auto high = static_cast<T>(sum + (rest + lost));
  const bool is_certain =
      low == high && low != T{0} && std::isfinite(low) && (std::is_same_v<T, double> || lost == 0);
  return is_certain ? low : exact_sum_of<T>(terms, count);
}

index_t words_of(const message_data& data) { return data.kind == 'c' ? 2 : 1; }

/// The same numbers without complex ones.
message_data as_real(const message_data& data) {
  const index_t words = words_of(data);
  return {data.data, data.count * words, data.itemsize / words, 'f', true, 1, nullptr, nullptr};
}

/// Sums of T over the first `ranks` of the parts, one after another, that all have `n` numbers.
template <class T> void add_parts(const T* parts, index_t n, int ranks, T* sums) {
  std::vector<double> terms(static_cast<std::size_t>(ranks));
  for (index_t i = 0; i < n; ++i) {
    for (int r = 0; r < ranks; ++r)
      terms[static_cast<std::size_t>(r)] = static_cast<double>(parts[r * n + i]);
    sums[i] = ranks == 0 ? T{0} : rounded_sum<T>(terms.data(), ranks);
  }
}

/// Only long double is added in the order of the ranks, as elsewhere.
void add_parts(const long double* parts, index_t n, int ranks, long double* sums) {
  for (index_t i = 0; i < n; ++i) {
    sums[i] = 0;
    for (int r = 0; r < ranks; ++r) sums[i] += parts[r * n + i];
  }
}

/// Numbers as bytes of type T.
template <class T> message_data numbers(T* data, index_t count) {
  return {reinterpret_cast<std::byte*>(data), count, sizeof(T), 'f', true, 1, nullptr, nullptr};
}

/// How many of n numbers each rank adds.
std::vector<index_t> shares_of(index_t n, int ranks) {
  std::vector<index_t> shares(static_cast<std::size_t>(ranks), n / ranks);
  std::fill_n(shares.begin(), n % ranks, n / ranks + 1);
  return shares;
}

} // namespace

void add_received(const message_data& terms, int ranks, const message_data& sums) {
  const message_data numbers = as_real(sums);
  const auto add = [&]<class T>(T /*number*/) {
    add_parts(reinterpret_cast<const T*>(terms.data), numbers.count, ranks,
              reinterpret_cast<T*>(numbers.data));
  };
  if (numbers.itemsize == sizeof(float))
    add(float{});
  else if (numbers.itemsize == sizeof(double))
    add(double{});
  else
    add(static_cast<long double>(0));
}

namespace {

/// The same number of elements on some ranks, one rank's after another's.
message_data from_ranks(const message_data& each, const staging_memory& memory, int ranks) {
  return {memory.data(), each.count * ranks, each.itemsize, each.kind, true, 1, nullptr, nullptr};
}

/// How many of the ranks' numbers this rank adds.
int added_ranks(const communicator& comm, reduce_kind kind) {
  if (kind == reduce_kind::scan) return comm.rank() + 1;
  if (kind == reduce_kind::exscan) return comm.rank();
  return comm.size();
}

/// All that is added comes first, then it is added.
class exact_sum_operation final : public operation {
public:
  void start(const communicator& comm, reduce_kind kind, const message_data& mine,
             const message_data& into, int root, const struct_layout* members) {
    begin(comm, "a sum of ranks");
    members_ = members;
    into_.set(into);
    has_result_ = kind != reduce_kind::reduce || root == comm.rank();
    ranks_ = added_ranks(comm, kind);
    if (!has_result_ && mine.data != into.data) copy(mine, into);
    const int parts = kind == reduce_kind::reduce_scatter ? 1 : comm.size();
    if (has_result_) terms_ = staging_memory(mine.count * mine.itemsize * parts);
    const message_data received = from_ranks(mine, terms_, has_result_ ? parts : 0);
    const int receiver = kind == reduce_kind::reduce ? root : all_ranks;
    moved_ = operation_owner(kind == reduce_kind::reduce_scatter
                                 ? alltoall(comm, mine, {}, received, {}, call_mode::started)
                                 : gather(comm, mine, received, {}, receiver, call_mode::started));
  }
  bool advance(bool blocking) override {
    if (!moved_.get()->advance(blocking)) return false;
    if (has_result_) add();
    return true;
  }
  void give_up() noexcept override { moved_.get()->give_up(); }
  void recycle() noexcept override {
    moved_ = {};
    terms_ = {};
    leave();
    operation_pool<exact_sum_operation>::put(this);
  }

private:
  static void copy(const message_data& from, const message_data& to) {
    const staging_memory packed(from.count * from.itemsize);
    pack(from, packed.data());
    unpack(packed.data(), to);
  }
  void add() {
    const message_data& into = into_.get();
    const staging_memory beside(into.is_contiguous ? 0 : into.count * into.itemsize);
    message_data sums = from_ranks(into, beside, 1);
    if (into.is_contiguous) sums.data = into.data;
    message_data terms = sums;
    terms.data = terms_.data();
    if (members_ != nullptr)
      add_received_members(terms, ranks_, comm_.rank(), sums, *members_);
    else
      add_received(terms, ranks_, sums);
    if (!into.is_contiguous) unpack(sums.data, into);
  }

  operation_owner moved_;
  staging_memory terms_;
  receive_target into_;
  const struct_layout* members_ = nullptr;
  bool has_result_ = false;
  int ranks_ = 0;
};

template <class T> class exact_reduction {
public:
  exact_reduction(const communicator& comm, const T* mine, index_t n)
      : comm_(comm), mine_(const_cast<T*>(mine)), n_(n) {}

  /// Each rank adds a share of the numbers, which all send there.
  void by_shares(T* sums, int root) {
    const std::vector<index_t> shares = shares_of(n_, comm_.size());
    const index_t own = shares[static_cast<std::size_t>(comm_.rank())];
    const std::vector<index_t> parts(shares.size(), own);
    const staging_memory received(own * comm_.size() * index_t{sizeof(T)});
    const staging_memory added(own * index_t{sizeof(T)});
    T* const terms = reinterpret_cast<T*>(received.data());
    T* const result = reinterpret_cast<T*>(added.data());
    alltoall(comm_, numbers(mine_, n_), shares, numbers(terms, own * comm_.size()), parts,
             call_mode::blocking);
    add_parts(terms, own, comm_.size(), result);
    const bool has_all = root == all_ranks || root == comm_.rank();
    gather(comm_, numbers(result, own), numbers(sums, has_all ? n_ : 0), shares, root,
           call_mode::blocking);
  }

  /// Every rank adds what those up to it have.
  void of_lower_ranks(T* sums, int ranks) {
    const staging_memory received(n_ * comm_.size() * index_t{sizeof(T)});
    T* const terms = reinterpret_cast<T*>(received.data());
    gather(comm_, numbers(mine_, n_), numbers(terms, n_ * comm_.size()), {}, all_ranks,
           call_mode::blocking);
    add_parts(terms, n_, ranks, sums);
  }

  /// Every rank adds its part of all.
  void of_parts(T* sums) {
    const index_t own = n_ / comm_.size();
    const staging_memory received(n_ * index_t{sizeof(T)});
    T* const terms = reinterpret_cast<T*>(received.data());
    alltoall(comm_, numbers(mine_, n_), {}, numbers(terms, n_), {}, call_mode::blocking);
    add_parts(terms, own, comm_.size(), sums);
  }

private:
  const communicator& comm_;
  T* mine_;
  index_t n_;
};

/// The sum of two numbers is exact but for its one rounding; no zero is -0, and all NaN are alike.
template <class T>
void add_two(const void* lower, void* higher, index_t n, const void* /*context*/) {
  const T* const a = static_cast<const T*>(lower);
  T* const b = static_cast<T*>(higher);
#pragma omp simd
  for (index_t i = 0; i < n; ++i) {
    const T sum = a[i] + b[i] + T{0};
    b[i] = sum == sum ? sum : std::numeric_limits<T>::quiet_NaN();
  }
}

template <class T>
void sum_as(const communicator& comm, reduce_kind kind, const message_data& mine,
            const message_data& into, int root) {
  if (comm.size() == 2 && kind == reduce_kind::allreduce) {
    const message_data& from = mine.data == into.data ? in_place_data : mine;
    reduce_ranks(comm, kind, from, into, {&add_two<T>, nullptr, true, false}, root,
                 call_mode::blocking);
    return;
  }
  exact_reduction<T> reduction(comm, reinterpret_cast<const T*>(mine.data), mine.count);
  T* const sums = reinterpret_cast<T*>(into.data);
  switch (kind) {
  case reduce_kind::reduce: return reduction.by_shares(sums, root);
  case reduce_kind::allreduce:
    if (mine.count * mine.itemsize * comm.size() <= few_bytes)
      return reduction.of_lower_ranks(sums, comm.size());
    return reduction.by_shares(sums, all_ranks);
  case reduce_kind::scan: return reduction.of_lower_ranks(sums, comm.rank() + 1);
  case reduce_kind::exscan: return reduction.of_lower_ranks(sums, comm.rank());
  case reduce_kind::reduce_scatter: return reduction.of_parts(sums);
  }
}

} // namespace

operation* start_exact_sum(const communicator& comm, reduce_kind kind, const message_data& mine,
                           const message_data& into, int root, const struct_layout* members) {
  exact_sum_operation* const op = operation_pool<exact_sum_operation>::take();
  operation_owner owner(op);
  op->start(comm, kind, mine, into, root, members);
  return owner.release();
}

void sum_exactly(const communicator& comm, reduce_kind kind, const message_data& mine,
                 const message_data& into, int root) {
  const message_data from = as_real(mine);
  const message_data to = as_real(into);
  if (from.itemsize == sizeof(float))
    sum_as<float>(comm, kind, from, to, root);
  else if (from.itemsize == sizeof(double))
    sum_as<double>(comm, kind, from, to, root);
  else
    sum_as<long double>(comm, kind, from, to, root);
}

} // namespace tessera::detail
