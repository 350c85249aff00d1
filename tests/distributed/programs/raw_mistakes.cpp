// Programs of raw MPI in which one rank does something else than the others, by their name: see
// raw_mistakes.py. Lines are marked by who must be told of there.
#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <thread>
#include <vector>

namespace {

int rank = 0;
int size = 0;
int odd_rank = 1;
bool odd = false; // is this the rank that does something else?
double value = 1;
double sum = 0;
const MPI_Comm world = MPI_COMM_WORLD;
MPI_Status* const no_status = MPI_STATUS_IGNORE;
constexpr std::chrono::seconds long_time(100);
constexpr std::chrono::seconds past_the_deadline(3);

std::size_t places() { return static_cast<std::size_t>(size); }
int next() { return (rank + 1) % size; }
int before() { return (rank + size - 1) % size; }

void skipped() {
  if (!odd) MPI_Allreduce(&value, &sum, 1, MPI_DOUBLE, MPI_SUM, world); // rest: skipped
  MPI_Barrier(world);                                                   // odd: skipped
}

void order() {
  if (odd) {
    MPI_Bcast(&value, 1, MPI_DOUBLE, 0, world); // odd: order
    MPI_Barrier(world);
  } else {
    MPI_Barrier(world); // rest: order
    MPI_Bcast(&value, 1, MPI_DOUBLE, 0, world);
  }
}

void another_root() {
  if (odd)
    MPI_Bcast(&value, 1, MPI_DOUBLE, 1, world); // odd: another_root
  else
    MPI_Bcast(&value, 1, MPI_DOUBLE, 0, world); // rest: another_root
}

void another_count() {
  double many[4] = {};
  double sums[4] = {};
  MPI_Reduce(many, sums, odd ? 3 : 4, MPI_DOUBLE, MPI_SUM, 0, world); // each: another_count
}

void another_type() {
  double many[4] = {};
  if (odd)
    MPI_Bcast(many, 2, MPI_INT64_T, 0, world); // odd: another_type
  else
    MPI_Bcast(many, 2, MPI_DOUBLE, 0, world); // rest: another_type
}

void another_vector() {
  std::vector<double> many(100);
  MPI_Datatype column = MPI_DATATYPE_NULL;
  MPI_Type_vector(odd ? 4 : 5, 2, 7, MPI_DOUBLE, &column);
  MPI_Type_commit(&column);
  MPI_Bcast(many.data(), 1, column, 0, world); // each: another_vector
}

void another_operation() {
  if (odd)
    MPI_Allreduce(&value, &sum, 1, MPI_DOUBLE, MPI_MAX, world); // odd: another_operation
  else
    MPI_Allreduce(&value, &sum, 1, MPI_DOUBLE, MPI_SUM, world); // rest: another_operation
}

void another_communicator() {
  MPI_Comm other = MPI_COMM_NULL;
  MPI_Comm_dup(world, &other);
  if (odd)
    MPI_Barrier(other); // odd: another_communicator
  else
    MPI_Barrier(world); // rest: another_communicator
}

void in_one_branch() {
  if (odd) MPI_Bcast(&value, 1, MPI_DOUBLE, 1, world);        // odd: in_one_branch
  MPI_Allreduce(&value, &sum, 1, MPI_DOUBLE, MPI_SUM, world); // rest: in_one_branch
}

void within_others() {
  MPI_Comm part = MPI_COMM_NULL;
  MPI_Comm_split(world, rank == 0 ? MPI_UNDEFINED : 0, -rank, &part);
  if (rank != 0 && odd)
    MPI_Scan(&value, &sum, 1, MPI_DOUBLE, MPI_SUM, part); // odd: within_others
  else if (rank != 0)
    MPI_Exscan(&value, &sum, 1, MPI_DOUBLE, MPI_SUM, part); // rest: within_others
  MPI_Barrier(world);
}

void to_the_end() {
  if (!odd) MPI_Barrier(world); // rest: to_the_end
}

void messages_to_the_end() {
  if (!odd)
    MPI_Recv(&value, 1, MPI_DOUBLE, odd_rank, 1, world, // rest: messages_to_the_end
             no_status);
}

void exits() {
  if (odd) std::exit(3); // odd: exits
  MPI_Barrier(world);    // rest: exits
}

void computes() {
  if (odd) std::this_thread::sleep_for(long_time); // odd: computes
  MPI_Barrier(world);                              // rest: computes
}

void circle() {
  MPI_Recv(&value, 1, MPI_DOUBLE, next(), 1, world, no_status); // both: circle
  MPI_Send(&value, 1, MPI_DOUBLE, before(), 1, world);
}

void circle_of_sends() {
  std::vector<double> many(1'000'000);
  MPI_Ssend(many.data(), 1'000'000, MPI_DOUBLE, next(), 1, world); // both: circle_of_sends
  MPI_Recv(many.data(), 1'000'000, MPI_DOUBLE, before(), 1, world, no_status);
}

void wrong_tag() {
  if (odd) MPI_Send(&value, 1, MPI_DOUBLE, next(), 5, world);
  if (before() == odd_rank)
    MPI_Recv(&value, 1, MPI_DOUBLE, before(), 6, world, no_status); // each: wrong_tag
  if (odd)
    MPI_Barrier(world); // odd: wrong_tag
  else
    MPI_Barrier(world); // rest: wrong_tag
}

void sendrecv_missing() {
  double from = 0;
  const MPI_Datatype type = MPI_DOUBLE;
  if (!odd)
    MPI_Sendrecv(&value, 1, type, next(), 1, &from, 1, type, before(), 1, // each: sendrecv_missing
                 world, no_status);
  if (odd)
    MPI_Barrier(world); // odd: sendrecv_missing
  else
    MPI_Barrier(world); // rest: sendrecv_missing
}

void probe() {
  MPI_Status status;
  if (odd) MPI_Probe(MPI_ANY_SOURCE, 9, world, &status); // odd: probe
  MPI_Barrier(world);                                    // rest: probe
}

void wait_for_request() {
  MPI_Request request = MPI_REQUEST_NULL;
  if (odd) MPI_Irecv(&value, 1, MPI_DOUBLE, 0, 7, world, &request);
  MPI_Wait(&request, no_status); // odd: wait_for_request
  MPI_Barrier(world);            // rest: wait_for_request
}

void order_of_started() {
  MPI_Request requests[2];
  if (odd) {
    MPI_Ibarrier(world, &requests[0]); // odd: order_of_started
    MPI_Ibcast(&value, 1, MPI_DOUBLE, 0, world, &requests[1]);
  } else {
    MPI_Ibcast(&value, 1, MPI_DOUBLE, 0, world, &requests[0]); // rest: order_of_started
    MPI_Ibarrier(world, &requests[1]);
  }
  MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
}

void count_of_started() {
  double many[4] = {};
  double sums[4] = {};
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(many, sums, odd ? 2 : 4, MPI_DOUBLE, MPI_SUM, world, // each: count_of_started
                 &request);
  int done = 0;
  while (done == 0) MPI_Test(&request, &done, no_status);
}

void started_and_waiting() {
  MPI_Request request = MPI_REQUEST_NULL;
  if (odd)
    MPI_Ibarrier(world, &request);
  else
    MPI_Barrier(world);          // rest: started_and_waiting
  MPI_Wait(&request, no_status); // odd: started_and_waiting
}

void freed_and_used() {
  MPI_Comm other = MPI_COMM_NULL;
  MPI_Comm_dup(world, &other);
  if (odd) MPI_Comm_free(&other);                 // odd: freed_and_used
  if (other != MPI_COMM_NULL) MPI_Barrier(other); // rest: freed_and_used
}

void split_and_barrier() {
  MPI_Comm part = MPI_COMM_NULL;
  if (odd)
    MPI_Comm_split(world, 0, 0, &part); // odd: split_and_barrier
  else
    MPI_Barrier(world); // rest: split_and_barrier
}

void another_grid() {
  MPI_Comm grid = MPI_COMM_NULL;
  const int dims[2] = {odd ? 1 : size, odd ? size : 1};
  const int periods[2] = {};
  MPI_Cart_create(world, 2, dims, periods, 0, &grid); // each: another_grid
}

void another_file() {
  MPI_File file = MPI_FILE_NULL;
  const char* const name = odd ? "raw1.dat" : "raw2.dat";
  MPI_File_open(world, name, MPI_MODE_CREATE | MPI_MODE_RDWR, MPI_INFO_NULL, // each: another_file
                &file);
}

void fence_skipped() {
  MPI_Win window = MPI_WIN_NULL;
  MPI_Win_create(&value, sizeof value, 1, MPI_INFO_NULL, world, &window);
  if (!odd) MPI_Win_fence(0, window); // rest: fence_skipped
  MPI_Barrier(world);                 // odd: fence_skipped
}

void counts_of_gatherv() {
  const std::vector<int> counts(places(), 4);
  std::vector<int> starts(counts.size());
  for (std::size_t k = 1; k < starts.size(); ++k) starts[k] = 5 * static_cast<int>(k);
  std::vector<double> all(5 * counts.size());
  const double many[5] = {};
  MPI_Gatherv(many, odd ? 5 : 4, MPI_DOUBLE, all.data(), counts.data(), // both: counts_of_gatherv
              starts.data(), MPI_DOUBLE, 0, world);
}

void counts_of_alltoallv() {
  std::vector<int> sent(places(), 1);
  const std::vector<int> received(sent.size(), 1);
  std::vector<int> starts(sent.size());
  std::iota(starts.begin(), starts.end(), 0);
  std::vector<double> from(sent.size() + 1);
  std::vector<double> into(sent.size());
  if (odd) sent[0] = 2;
  MPI_Alltoallv(from.data(), sent.data(), starts.data(), MPI_DOUBLE, // both: counts_of_alltoallv
                into.data(), received.data(), starts.data(), MPI_DOUBLE, world);
}

void counts_of_reduce_scatter() {
  std::vector<int> counts(places(), 2);
  if (odd) counts[0] = 1;
  std::vector<double> from(2 * counts.size());
  double into[2];
  const int* const given = counts.data();
  MPI_Reduce_scatter(from.data(), into, given, MPI_DOUBLE, // each: counts_of_reduce_scatter
                     MPI_SUM, world);
}

void share_of_scatter() {
  std::vector<double> all(4 * places());
  double mine[4] = {};
  MPI_Scatter(all.data(), 3, MPI_DOUBLE, mine, odd ? 4 : 3, MPI_DOUBLE, 0, // each: share_of_scatter
              world);
}

// What follows is right.

void late_for_a_message() {
  if (odd) {
    std::this_thread::sleep_for(past_the_deadline);
    for (int peer = 0; peer < size; ++peer)
      if (peer != rank) MPI_Send(&value, 1, MPI_DOUBLE, peer, 1, world);
  } else {
    MPI_Recv(&value, 1, MPI_DOUBLE, odd_rank, 1, world, no_status);
  }
}

void late_for_the_end() {
  if (odd) std::this_thread::sleep_for(past_the_deadline);
}

void left_message() {
  if (odd) MPI_Send(&value, 1, MPI_DOUBLE, 0, 6, world);
}

struct named_case {
  const char* name;
  void (*run)();
};

const named_case all_cases[] = {
    {"skipped", skipped},
    {"order", order},
    {"another_root", another_root},
    {"another_count", another_count},
    {"another_type", another_type},
    {"another_vector", another_vector},
    {"another_operation", another_operation},
    {"another_communicator", another_communicator},
    {"in_one_branch", in_one_branch},
    {"within_others", within_others},
    {"to_the_end", to_the_end},
    {"messages_to_the_end", messages_to_the_end},
    {"exits", exits},
    {"computes", computes},
    {"circle", circle},
    {"circle_of_sends", circle_of_sends},
    {"wrong_tag", wrong_tag},
    {"sendrecv_missing", sendrecv_missing},
    {"probe", probe},
    {"wait_for_request", wait_for_request},
    {"order_of_started", order_of_started},
    {"count_of_started", count_of_started},
    {"started_and_waiting", started_and_waiting},
    {"freed_and_used", freed_and_used},
    {"split_and_barrier", split_and_barrier},
    {"another_grid", another_grid},
    {"another_file", another_file},
    {"fence_skipped", fence_skipped},
    {"counts_of_gatherv", counts_of_gatherv},
    {"counts_of_alltoallv", counts_of_alltoallv},
    {"counts_of_reduce_scatter", counts_of_reduce_scatter},
    {"share_of_scatter", share_of_scatter},
    {"late_for_a_message", late_for_a_message},
    {"late_for_the_end", late_for_the_end},
    {"left_message", left_message},
};

} // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(world, &rank);
  MPI_Comm_size(world, &size);
  const char* const name = argc > 1 ? argv[1] : "";
  odd_rank = argc > 2 ? std::atoi(argv[2]) : 1;
  odd = rank == odd_rank;
  if (std::strcmp(name, "no_end") == 0) {
    if (odd) return 0;
    MPI_Barrier(world); // rest: no_end
  }
  for (const named_case& each : all_cases)
    if (std::strcmp(each.name, name) == 0) each.run();
  MPI_Finalize(); // odd: to_the_end // odd: messages_to_the_end
  return 0;
}
