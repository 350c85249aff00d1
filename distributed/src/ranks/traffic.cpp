
#include <tessera/core/measuring/profile_data.hpp>
#include <tessera/distributed/ranks/traffic.hpp>

#include "ranks/peer_group.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tessera::detail {

namespace {

std::atomic<std::uint64_t> generation{1};
std::atomic<std::uint64_t> freed_tables{0};

/// Ranks of the world by those of a communicator; none where they are the same. It hangs on the
/// communicator, and goes with it.
using rank_table = std::vector<int>;

int free_table(MPI_Comm /*comm*/, int /*key*/, void* table, void* /*extra*/) {
  delete static_cast<rank_table*>(table);
  ++freed_tables;
  return MPI_SUCCESS;
}

int table_key() {
  static const int key = [] {
    int made = MPI_KEYVAL_INVALID;
    check_mpi(MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, free_table, &made, nullptr),
              "MPI_Comm_create_keyval");
    return made;
  }();
  return key;
}

rank_table table_of(MPI_Comm comm) {
  int alike = MPI_UNEQUAL;
  check_mpi(MPI_Comm_compare(comm, MPI_COMM_WORLD, &alike), "MPI_Comm_compare");
  if (alike == MPI_IDENT || alike == MPI_CONGRUENT) return {};
  MPI_Group world = MPI_GROUP_NULL;
  MPI_Group own = peer_group(comm);
  check_mpi(MPI_Comm_group(MPI_COMM_WORLD, &world), "MPI_Comm_group");
  int size = 0;
  MPI_Group_size(own, &size);
  rank_table ranks(static_cast<std::size_t>(size));
  for (int k = 0; k < size; ++k) ranks[static_cast<std::size_t>(k)] = k;
  rank_table result(ranks.size());
  const int code = MPI_Group_translate_ranks(own, size, ranks.data(), world, result.data());
  MPI_Group_free(&world);
  MPI_Group_free(&own);
  check_mpi(code, "MPI_Group_translate_ranks");
  return result;
}

const rank_table* attached_table(MPI_Comm comm) {
  void* found = nullptr;
  int is_set = 0;
  check_mpi(MPI_Comm_get_attr(comm, table_key(), static_cast<void*>(&found), &is_set),
            "MPI_Comm_get_attr");
  if (is_set != 0) return static_cast<const rank_table*>(found);
  auto made = std::make_unique<rank_table>(table_of(comm));
  check_mpi(MPI_Comm_set_attr(comm, table_key(), made.get()), "MPI_Comm_set_attr");
  return made.release();
}

int world_rank(const communicator& comm, int rank) {
  struct last_one {
    MPI_Comm comm = MPI_COMM_NULL;
    const rank_table* table = nullptr;
    std::uint64_t freed = 0;
  };
  thread_local last_one last;
  // The handle of one that was freed may be another's now.
  if (last.comm != comm.native() || last.freed != freed_tables.load(std::memory_order_relaxed))
    last = {comm.native(), attached_table(comm.native()), freed_tables.load()};
  if (last.table->empty()) return rank;
  return (*last.table)[static_cast<std::size_t>(rank)];
}

/// What one thread has recorded. Outlives the thread.
struct recorder_of_messages {
  std::uint64_t generation = 0;
  std::unordered_map<int, message_count> sent;
  std::map<std::tuple<int, message_channel, bool>, std::uint64_t> numbers; ///< of the next ones
  std::vector<message_event> events;
  std::size_t oldest = 0;

  void reset(std::uint64_t to) {
    generation = to;
    sent.clear();
    numbers.clear();
    events.clear();
    oldest = 0;
  }

  void keep(const message_event& e) {
    const auto room = static_cast<std::size_t>(largest_profile_trace());
    if (events.size() < room) {
      events.push_back(e);
    } else if (room > 0) {
      events[oldest] = e;
      oldest = (oldest + 1) % events.size();
    }
  }
};

struct message_registry {
  std::mutex lock;
  std::vector<std::unique_ptr<recorder_of_messages>> all;
};
/// Never destroyed: a program that has called `exit` still writes its profile.
message_registry& message_recorders() {
  static auto* const registry = new message_registry;
  return *registry;
}

recorder_of_messages& new_message_recorder() {
  message_registry& registry = message_recorders();
  const std::lock_guard guard(registry.lock);
  registry.all.push_back(std::make_unique<recorder_of_messages>());
  return *registry.all.back();
}

recorder_of_messages& own_messages() {
  thread_local recorder_of_messages& mine = new_message_recorder();
  const std::uint64_t now = generation.load(std::memory_order_relaxed);
  if (mine.generation != now) mine.reset(now);
  return mine;
}

/// Calls `take` for what each thread has recorded since it was cleared.
template <class Take> void for_each_recorder(const Take& take) {
  message_registry& registry = message_recorders();
  const std::lock_guard guard(registry.lock);
  for (const auto& r : registry.all)
    if (r->generation == generation) take(*r);
}

} // namespace

void record_sent(const communicator& comm, int peer, message_channel channel, index_t bytes,
                 index_t messages) {
  count_sent(messages, bytes);
  const int to = world_rank(comm, peer);
  recorder_of_messages& mine = own_messages();
  message_count& sum = mine.sent[to];
  sum.messages += messages;
  sum.bytes += bytes;
  if (largest_profile_trace() == 0) return;
  const std::uint64_t number = ++mine.numbers[{to, channel, true}];
  mine.keep({profile_ticks(), bytes, number, world_rank(comm, comm.rank()), to, channel, true});
}

void record_received(const communicator& comm, int peer, message_channel channel, index_t bytes) {
  count_received(1, bytes);
  if (largest_profile_trace() == 0) return;
  const int from = world_rank(comm, peer);
  recorder_of_messages& mine = own_messages();
  const std::uint64_t number = ++mine.numbers[{from, channel, false}];
  mine.keep({profile_ticks(), bytes, number, from, world_rank(comm, comm.rank()), channel, false});
}

std::uint64_t record_expected(const communicator& comm, int peer, index_t bytes, index_t messages) {
  count_received(messages, bytes);
  if (largest_profile_trace() == 0) return 0;
  return ++own_messages().numbers[{world_rank(comm, peer), plan_channel, false}];
}

void record_arrived(const communicator& comm, int peer, index_t bytes, std::uint64_t number) {
  own_messages().keep({profile_ticks(), bytes, number, world_rank(comm, peer),
                       world_rank(comm, comm.rank()), plan_channel, false});
}

void clear_traffic() { ++generation; }

std::vector<sent_to> recorded_traffic() {
  std::map<int, message_count> sums;
  for_each_recorder([&](const recorder_of_messages& r) {
    for (const auto& [peer, count] : r.sent) {
      sums[peer].messages += count.messages;
      sums[peer].bytes += count.bytes;
    }
  });
  std::vector<sent_to> result;
  result.reserve(sums.size());
  for (const auto& [peer, count] : sums) result.push_back({peer, count});
  return result;
}

std::vector<message_event> recorded_messages() {
  std::vector<message_event> result;
  for_each_recorder([&](const recorder_of_messages& r) {
    result.insert(result.end(), r.events.begin(), r.events.end());
  });
  return result;
}

} // namespace tessera::detail
