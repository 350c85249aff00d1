#include "messages/messages.hpp"

#include "hand/hand_messages.hpp"
#include "messages/message_table.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

std::string size_text(index_t bytes) {
  if (bytes >= (index_t{1} << 20)) return std::to_string(bytes >> 20) + " MiB";
  if (bytes >= (index_t{1} << 10)) return std::to_string(bytes >> 10) + " KiB";
  return std::to_string(bytes) + " B";
}

/// What each rank has, and where it receives.
struct ends {
  ends(const communicator& world, index_t n, index_t received)
      : from(full<double>({n}, 1.0 + world.rank())), to(shape_t<1>{received}) {}

  ndarray<double, 1> from;
  ndarray<double, 1> to;
};

bool are_all(const ndarray<double, 1>& numbers, double value) {
  return std::all_of(numbers.data(), numbers.data() + numbers.size(),
                     [&](double x) { return x == value; });
}

/// There and back.
template <class From, class To>
void there_and_back(const communicator& world, const From& from, To&& to) {
  const int other = 1 - world.rank();
  if (world.rank() == 0) send(world, from, other);
  recv(world, to, other);
  if (world.rank() != 0) send(world, from, other);
}

constexpr index_t message_bytes[] = {8,        64,      1 << 10, 4 << 10, 16 << 10,
                                     64 << 10, 1 << 20, 8 << 20, 64 << 20};

/// Compares one way to send a number of doubles for all their numbers. `ways(arrays, hand)` gives
/// what others do, and what Tessera does.
template <class Ways>
void compare_sizes(const communicator& world, const std::string& title, index_t repetitions,
                   double parts, Ways&& ways) {
  message_table table(world, title, repetitions);
  for (const index_t bytes : message_bytes) {
    const index_t n = bytes / index_t{sizeof(double)};
    ends arrays(world, n, n);
    const hand_messages hand{world.native(), world.rank(), arrays.from.data(), arrays.to.data(),
                             static_cast<int>(n)};
    comparison compared = ways(arrays, hand);
    compared.what = size_text(bytes);
    compared.clear = [&] { arrays.to = -1.0; };
    compared.is_right = [&] { return are_all(arrays.to, 2.0 - world.rank()); };
    compared.parts = parts;
    table.add(std::move(compared));
  }
}

void use_requests(const communicator& world, ends& arrays) {
  const int other = 1 - world.rank();
  request_set both;
  both.add(irecv(world, arrays.to, other));
  both.add(isend(world, arrays.from, other));
  both.wait_all();
}

void use_two_requests(const communicator& world, ends& arrays) {
  const int other = 1 - world.rank();
  request coming = irecv(world, arrays.to, other);
  request going = isend(world, arrays.from, other);
  coming.wait();
  going.wait();
}

} // namespace

void compare_arrays(const communicator& world, index_t repetitions) {
  const int other = 1 - world.rank();
  compare_sizes(world, "Arrays there and back, of one axis", repetitions, 2,
                [&](ends& arrays, const hand_messages& hand) -> comparison {
                  return {"",
                          {{"MPI_Send, MPI_Recv", [=] { hand.by_send(); }}},
                          {{"send, recv", [&] { there_and_back(world, arrays.from, arrays.to); }}}};
                });
  compare_sizes(world, "Arrays there and back, of two axes, which bring their shape", repetitions,
                2, [&](ends& arrays, const hand_messages& hand) -> comparison {
                  auto from = reshape(arrays.from, {1, arrays.from.size()});
                  auto to = reshape(arrays.to, {1, arrays.to.size()});
                  return {"",
                          {{"MPI_Send, MPI_Recv", [=] { hand.by_send(); }}},
                          {{"send, recv",
                            [&world, from, to]() mutable { there_and_back(world, from, to); }}}};
                });
  compare_sizes(world, "Arrays both ways at once", repetitions, 1,
                [&](ends& arrays, const hand_messages& hand) -> comparison {
                  return {"",
                          {{"MPI_Sendrecv", [=] { hand.by_sendrecv(); }}},
                          {{"sendrecv", [&world, &arrays, other] {
                              sendrecv(world, arrays.from, other, arrays.to, other);
                            }}}};
                });
  compare_sizes(world, "Arrays both ways at once, in the background", repetitions, 1,
                [&](ends& arrays, const hand_messages& hand) -> comparison {
                  return {"",
                          {{"Irecv, Isend, Waitall", [=] { hand.by_requests(); }}},
                          {{"request_set", [&] { use_requests(world, arrays); }},
                           {"two requests", [&] { use_two_requests(world, arrays); }}}};
                });
}

namespace {

constexpr index_t collective_bytes[] = {8, 1 << 10, 64 << 10, 1 << 20, 16 << 20};

void compare_bcast(const communicator& world, index_t repetitions) {
  message_table table(world, "bcast from each rank in turn", repetitions);
  for (const index_t bytes : collective_bytes) {
    const index_t n = bytes / index_t{sizeof(double)};
    ends arrays(world, n, n);
    const auto raw = [&] {
      for (const int root : {0, 1})
        MPI_Bcast(root == world.rank() ? arrays.from.data() : arrays.to.data(), static_cast<int>(n),
                  MPI_DOUBLE, root, world.native());
    };
    const auto ours = [&] {
      for (const int root : {0, 1})
        bcast(world, root == world.rank() ? arrays.from : arrays.to, root);
    };
    table.add({size_text(bytes),
               {{"MPI_Bcast", raw}},
               {{"bcast", ours}},
               [&] { arrays.to = -1.0; },
               [&] { return are_all(arrays.to, 2.0 - world.rank()); },
               2});
  }
}

void compare_allreduce(const communicator& world, index_t repetitions) {
  message_table table(world, "allreduce: MPI_SUM against op::plain_sum; as a new array; exact sums",
                      repetitions);
  for (const index_t bytes : collective_bytes) {
    const index_t n = bytes / index_t{sizeof(double)};
    ends arrays(world, n, n);
    table.add({size_text(bytes),
               {{"MPI_Allreduce",
                 [&] {
                   MPI_Allreduce(arrays.from.data(), arrays.to.data(), static_cast<int>(n),
                                 MPI_DOUBLE, MPI_SUM, world.native());
                 }}},
               {{"plain_sum", [&] { allreduce(world, arrays.from, arrays.to, op::plain_sum); }},
                {"new array", [&] { arrays.to = allreduce(world, arrays.from, op::plain_sum); }},
                {"exact", [&] { allreduce(world, arrays.from, arrays.to); }}},
               [&] { arrays.to = -1.0; },
               [&] { return are_all(arrays.to, 3.0); }});
  }
  message_table values(world, "allreduce of one number", repetitions);
  const double mine = 1.0 + world.rank();
  double sum = 0;
  values.add({"a double",
              {{"MPI_Allreduce",
                [&] { MPI_Allreduce(&mine, &sum, 1, MPI_DOUBLE, MPI_SUM, world.native()); }}},
              {{"plain_sum", [&] { sum = allreduce(world, mine, op::plain_sum); }},
               {"exact", [&] { sum = allreduce(world, mine); }}},
              [&] { sum = -1; },
              [&] { return sum == 3.0; }});
}

void compare_in_place(const communicator& world, index_t repetitions) {
  message_table table(world, "allreduce in place; and into another array", repetitions);
  for (const index_t bytes : collective_bytes) {
    const index_t n = bytes / index_t{sizeof(double)};
    ends arrays(world, n, n);
    table.add({size_text(bytes),
               {{"MPI_IN_PLACE",
                 [&] {
                   MPI_Allreduce(MPI_IN_PLACE, arrays.to.data(), static_cast<int>(n), MPI_DOUBLE,
                                 MPI_MAX, world.native());
                 }}},
               {{"in_place, op::max", [&] { allreduce(world, in_place, arrays.to, op::max); }},
                {"op::max", [&] { allreduce(world, arrays.from, arrays.to, op::max); }},
                {"MPI_MAX",
                 [&] {
                   MPI_Allreduce(arrays.from.data(), arrays.to.data(), static_cast<int>(n),
                                 MPI_DOUBLE, MPI_MAX, world.native());
                 }}},
               [&] { arrays.to = 1.0 + world.rank(); },
               [&] { return are_all(arrays.to, 2.0); }});
  }
}

void compare_allgather(const communicator& world, index_t repetitions) {
  message_table table(world, "allgather: a part of each rank", repetitions);
  for (const index_t bytes : collective_bytes) {
    const index_t n = bytes / index_t{sizeof(double)};
    ends arrays(world, n, n * world.size());
    const int count = static_cast<int>(n);
    table.add({size_text(bytes),
               {{"MPI_Allgather",
                 [&, count] {
                   MPI_Allgather(arrays.from.data(), count, MPI_DOUBLE, arrays.to.data(), count,
                                 MPI_DOUBLE, world.native());
                 }}},
               {{"allgather", [&] { allgather(world, arrays.from, arrays.to); }},
                {"new array", [&] { arrays.to = allgather(world, arrays.from); }}},
               [&] { arrays.to = -1.0; },
               [&, n] { return arrays.to(n - 1) == 1.0 && arrays.to(2 * n - 1) == 2.0; }});
  }
}

void compare_alltoall(const communicator& world, index_t repetitions) {
  message_table table(world, "alltoall: a part for each rank", repetitions);
  for (const index_t bytes : collective_bytes) {
    const index_t n = bytes / index_t{sizeof(double)};
    ends arrays(world, n * world.size(), n * world.size());
    const int count = static_cast<int>(n);
    table.add({size_text(bytes),
               {{"MPI_Alltoall",
                 [&, count] {
                   MPI_Alltoall(arrays.from.data(), count, MPI_DOUBLE, arrays.to.data(), count,
                                MPI_DOUBLE, world.native());
                 }}},
               {{"alltoall", [&] { alltoall(world, arrays.from, arrays.to); }}},
               [&] { arrays.to = -1.0; },
               [&, n] { return arrays.to(n - 1) == 1.0 && arrays.to(2 * n - 1) == 2.0; }});
  }
}

using particles = std::vector<moving_particle>;

std::vector<particles> random_particles(const communicator& world, long n) {
  std::vector<particles> for_ranks(static_cast<std::size_t>(world.size()));
  std::mt19937 random(static_cast<unsigned>(world.rank()));
  std::uniform_int_distribution<std::size_t> destination(0, for_ranks.size() - 1);
  for (long i = 0; i < n; ++i)
    for_ranks[destination(random)].push_back({{1, 2, 3}, {4, 5, 6}, world.rank() * n + i});
  return for_ranks;
}

long sum_of_ids(const particles& some) {
  long sum = 0;
  for (const moving_particle& p : some) sum += p.id;
  return sum;
}

/// Throws unless all ways give the same.
void check_exchange(const communicator& world, const std::vector<particles>& for_ranks,
                    const std::map<int, particles>& sparse, hand_particles& hand) {
  long sums[3] = {};
  for (const particles& part : exchange(world, for_ranks)) sums[0] += sum_of_ids(part);
  for (const auto& [rank, part] : exchange(world, sparse)) sums[1] += sum_of_ids(part);
  hand.into_new();
  sums[2] = sum_of_ids(hand.received());
  if (sums[0] != sums[2] || sums[1] != sums[2])
    throw error(error_kind::other, "exchange gives other particles");
}

} // namespace

void compare_collectives(const communicator& world, index_t repetitions) {
  compare_bcast(world, repetitions);
  compare_allreduce(world, repetitions);
  compare_in_place(world, repetitions);
  compare_allgather(world, repetitions);
  compare_alltoall(world, repetitions);
}

void compare_exchange(const communicator& world, index_t repetitions) {
  message_table table(world, "Particles of 56 bytes of each rank for random ranks", repetitions);
  for (const long n : {1000L, 1000000L}) {
    const std::vector<particles> for_ranks = random_particles(world, n);
    std::map<int, particles> sparse;
    for (int rank = 0; rank < world.size(); ++rank)
      sparse[rank] = for_ranks[static_cast<std::size_t>(rank)];
    hand_particles hand(world.native(), for_ranks);
    check_exchange(world, for_ranks, sparse, hand);
    table.add({std::to_string(n),
               {{"Alltoallv, kept memory", [&] { hand.into_kept(); }},
                {"Alltoallv, new vector", [&] { hand.into_new(); }}},
               {{"exchange", [&] { (void)exchange(world, for_ranks); }},
                {"exchange, sparse", [&] { (void)exchange(world, sparse); }}}});
  }
}

void run_messages(const communicator& world, const messages_options& options) {
  if (world.size() != 2) throw usage_error("tessera-bench messages needs two ranks");
  using compare = void (*)(const communicator&, index_t);
  const std::pair<const char*, compare> cases[] = {{"arrays", compare_arrays},
                                                   {"collectives", compare_collectives},
                                                   {"views", compare_views},
                                                   {"objects", compare_objects},
                                                   {"exchange", compare_exchange}};
  bool found = false;
  for (const auto& [name, run] : cases) {
    if (!options.only.empty() && options.only != name) continue;
    run(world, options.repetitions);
    found = true;
  }
  if (!found)
    throw usage_error("there is no case '" + options.only +
                      "'; there are: arrays, collectives, views, objects, exchange");
}

} // namespace bench
