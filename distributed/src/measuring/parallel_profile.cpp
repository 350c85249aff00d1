#include "measuring/clock_alignment.hpp"
#include "measuring/recorded_run.hpp"
#include "measuring/triad.hpp"
#include "measuring/wrapped_profile.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/measuring/parallel_profile_data.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <numeric>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

namespace {

constexpr int profile_tag = 1; // on a communicator of its own

double time_of_start = perf_counter();
double time_of_stop = 0; // 0: goes on

void send_text(const communicator& comm, int to, const std::string& text) {
  const auto length = static_cast<std::int64_t>(text.size());
  if (length > std::numeric_limits<int>::max())
    throw argument_error("the profile of some ranks is longer than 2 GiB");
  check_mpi(
      MPI_Send(text.data(), static_cast<int>(length), MPI_CHAR, to, profile_tag, comm.native()),
      "MPI_Send");
}

std::string receive_text(const communicator& comm, int from) {
  MPI_Status state;
  int length = 0;
  check_mpi(MPI_Probe(from, profile_tag, comm.native(), &state), "MPI_Probe");
  check_mpi(MPI_Get_count(&state, MPI_CHAR, &length), "MPI_Get_count");
  std::string text(static_cast<std::size_t>(length), '\0');
  check_mpi(
      MPI_Recv(text.data(), length, MPI_CHAR, from, profile_tag, comm.native(), MPI_STATUS_IGNORE),
      "MPI_Recv");
  return text;
}

/// In a binomial tree: each step doubles the ranks that one has.
void merge_ranks(const communicator& comm, parallel_profile_data& mine) {
  const waiting here;
  for (int step = 1; step < comm.size(); step *= 2) {
    if ((comm.rank() & step) != 0) return send_text(comm, comm.rank() - step, profile_text(mine));
    if (comm.rank() + step >= comm.size()) continue;
    std::istringstream lines(receive_text(comm, comm.rank() + step));
    merge(mine, parse_profile(lines, "the profile of another rank"));
  }
}

void add_traffic(const communicator& comm, parallel_profile_data& data) {
  data.has_traffic = comm.size() <= most_ranks_of_traffic && comm.same_ranks(communicator::world());
  if (!data.has_traffic) return;
  for (const sent_to& each : recorded_traffic())
    data.messages.push_back({comm.rank(), each.peer, each.count});
}

/// Where stencils are in the profile: as long as the ranks stay the same, it is measured once.
double triad_for(const communicator& comm, const parallel_profile_data& data) {
  static double measured = 0;
  static int of_ranks = 0;
  const auto is_of_stencil = [](const parallel_profile_entry& e) { return e.moved > 0; };
  const bool any = std::any_of(data.entries.begin(), data.entries.end(), is_of_stencil);
  const double given = given_triad();
  if (allreduce_max(comm, any ? 1 : 0) == 0) return 0;
  const bool is_known = given >= 0 || of_ranks == comm.size();
  if (allreduce_min(comm, is_known ? 1 : 0) == 1) return given >= 0 ? given : measured;
  measured = measured_triad(comm);
  of_ranks = comm.size();
  return given >= 0 ? given : measured;
}

} // namespace

void stop_parallel_profile() noexcept {
  stop_profile();
  time_of_stop = perf_counter();
}

} // namespace detail

using detail::parallel_profile_data;

parallel_profile::parallel_profile() : data_(new parallel_profile_data) {}
parallel_profile::parallel_profile(const parallel_profile& other)
    : data_(new parallel_profile_data(*other.data_)) {}
parallel_profile::parallel_profile(parallel_profile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)) {}
parallel_profile& parallel_profile::operator=(parallel_profile other) noexcept {
  std::swap(data_, other.data_);
  return *this;
}
parallel_profile::~parallel_profile() { delete data_; }

void parallel_profile::start(const communicator& comm, const profile_options& options) {
  stop();
  // What others send from now on is recorded by all: no rank goes on before all have forgotten.
  profile::clear();
  detail::clear_traffic();
  detail::profile_wrapped_calls();
  if (options.trace) detail::align_clocks_at_start(comm);
  comm.barrier();
  detail::time_of_stop = 0;
  detail::time_of_start = perf_counter();
  profile::start(options);
}

parallel_profile parallel_profile::collected(const communicator& comm) {
  const double now = detail::time_of_stop > 0 ? detail::time_of_stop : perf_counter();
  parallel_profile_data mine =
      detail::profile_of_rank(comm.rank(), profile::collected(), now - detail::time_of_start);
  detail::add_traffic(comm, mine);
  const bool was_on = detail::profile_is_recorded();
  detail::stop_profile(); // these messages are not the program's
  const communicator own = comm.duplicate();
  mine.triad = detail::triad_for(own, mine);
  detail::merge_ranks(own, mine);
  if (was_on) __atomic_store_n(&detail::profile_is_on, true, __ATOMIC_RELAXED);
  if (comm.rank() != 0) return {};
  parallel_profile result(new parallel_profile_data(std::move(mine)));
  std::vector<std::size_t>& order = result.data_->order;
  order.resize(result.data_->entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return result;
}

int parallel_profile::ranks() const { return data_->ranks; }
rank_spread parallel_profile::seconds() const { return data_->seconds; }
index_t parallel_profile::size() const { return static_cast<index_t>(data_->entries.size()); }

const parallel_profile_entry& parallel_profile::entry(index_t i) const {
  if (i < 0 || i >= size())
    throw index_error(fmt::format("there is no region {} in a profile of {}", i, size()));
  return data_->entries[data_->order[static_cast<std::size_t>(i)]];
}

const parallel_profile_entry& parallel_profile::operator[](const char* name) const {
  const auto has_name = [&](const parallel_profile_entry& e) {
    return std::strcmp(e.name, name) == 0;
  };
  const auto& entries = data_->entries;
  const auto found = std::find_if(entries.begin(), entries.end(), has_name);
  if (found == entries.end())
    throw argument_error(fmt::format("the profile has no region '{}'{}", name,
                                     data_->ranks == 0 ? "; it is on rank 0 alone" : ""));
  if (std::count_if(found, entries.end(), has_name) > 1)
    throw argument_error(fmt::format("several regions of the profile have the name '{}'", name));
  return *found;
}

double parallel_profile::triad() const {
  const double given = detail::given_triad();
  return given >= 0 ? given : data_->triad;
}

memory_spread parallel_profile::memory(detail::memory_kind kind) const {
  return data_->memory[static_cast<std::size_t>(kind)];
}

message_count parallel_profile::sent(int from, int to) const {
  for (const detail::traffic& t : data_->messages)
    if (t.from == from && t.to == to) return t.sent;
  return {};
}

parallel_profile& parallel_profile::sort(const char* key_text) {
  const std::string_view key = key_text;
  using text = std::string_view;
  using entry_type = parallel_profile_entry;
  const auto& entries = data_->entries;
  const auto by = [&](auto rank) {
    std::stable_sort(data_->order.begin(), data_->order.end(), [&](std::size_t a, std::size_t b) {
      return rank(entries[a]) < rank(entries[b]);
    });
    return true;
  };
  std::iota(data_->order.begin(), data_->order.end(), std::size_t{0}); // by their names
  const bool known =
      key == "name" || (key == "calls" && by([](const entry_type& e) { return -e.calls; })) ||
      (key == "pcalls" && by([](const entry_type& e) { return -e.primitive_calls; })) ||
      (key == "time" && by([](const entry_type& e) { return -e.own.mean; })) ||
      (key == "cumulative" && by([](const entry_type& e) { return -e.cumulative.mean; })) ||
      (key == "waiting" && by([](const entry_type& e) { return -e.waiting.mean; })) ||
      (key == "imbalance" && by([](const entry_type& e) { return e.own.mean - e.own.most; })) ||
      (key == "messages" && by([](const entry_type& e) { return -e.sent.messages; })) ||
      (key == "bytes" && by([](const entry_type& e) { return -e.sent.bytes; })) ||
      (key == "file" && by([](const entry_type& e) { return std::tuple(text(e.file), e.line); })) ||
      (key == "line" && by([](const entry_type& e) { return e.line; }));
  if (!known)
    throw argument_error(
        fmt::format("a profile of ranks cannot be sorted by '{}', but by calls, pcalls, time, "
                    "cumulative, waiting, imbalance, messages, bytes, name, file, line",
                    key));
  return *this;
}

parallel_profile& parallel_profile::strip_dirs() {
  for (parallel_profile_entry& e : data_->entries)
    if (const char* const slash = std::strrchr(e.file, '/')) e.file = slash + 1;
  return *this;
}

void report(const communicator& comm, index_t limit) {
  parallel_profile p = parallel_profile::collected(comm);
  if (comm.rank() == 0) std::fputs(p.strip_dirs().sort("time").stats(limit).c_str(), stdout);
}

} // namespace tessera
