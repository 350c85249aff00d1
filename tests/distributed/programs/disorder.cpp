// Loaded into a program under test, it makes MPI as unhelpful as the standard allows, at random:
// calls start late, what could have ended says "not yet", of several that have ended another comes
// first, sends wait for their receivers.
//
//     mpiexec -n 3 env LD_PRELOAD=.../tessera_disorder.so bin/distributed_tests
//
// Rank 0 prints the seed and how often it interfered; TESSERA_DISORDER_SEED gives the seed again. A
// run in which it never did fails.
#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

namespace {

std::atomic<std::uint64_t> seed{1};
std::atomic<unsigned> threads{0};

enum disorder { late, not_yet, synchronous, another_first, kinds };
std::atomic<long> counts[kinds];

/// Each thread draws its own numbers.
std::mt19937_64& numbers() {
  thread_local std::mt19937_64 own(seed + 1000 * threads++);
  return own;
}

/// Once in `every` calls.
bool happens(disorder kind, unsigned every) {
  if (numbers()() % every != 0) return false;
  ++counts[kind];
  return true;
}

void be_late() {
  if (!happens(late, 12)) return;
  const std::uint64_t longest = numbers()() % 50 == 0 ? 3000 : 200;
  std::this_thread::sleep_for(std::chrono::microseconds(numbers()() % longest));
}

void choose_seed() {
  const char* const given = std::getenv("TESSERA_DISORDER_SEED");
  std::uint64_t chosen =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  int rank = 0;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  PMPI_Bcast(&chosen, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
  if (rank == 0) {
    std::printf("TESSERA_DISORDER_SEED=%llu\n", static_cast<unsigned long long>(chosen));
    std::fflush(stdout);
  }
  seed = chosen + 1000000 * static_cast<std::uint64_t>(rank);
}

/// Has every kind of disorder been there on some rank?
bool has_interfered() {
  long mine[kinds];
  long all[kinds];
  std::copy(std::begin(counts), std::end(counts), mine);
  PMPI_Allreduce(mine, all, kinds, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
  int rank = 0;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0)
    std::printf("disorder: %ld calls late, %ld times not yet, %ld sends synchronous, %ld times "
                "another first\n",
                all[late], all[not_yet], all[synchronous], all[another_first]);
  return all[late] > 0 && all[not_yet] > 0 && all[synchronous] > 0;
}

/// The same requests in another order.
struct shuffled {
  shuffled(int count, const MPI_Request* requests) : order(static_cast<std::size_t>(count)) {
    std::iota(order.begin(), order.end(), 0);
    if (happens(another_first, 2)) std::shuffle(order.begin(), order.end(), numbers());
    for (const int k : order) taken.push_back(requests[k]);
  }
  void put_back(MPI_Request* requests) const {
    for (std::size_t k = 0; k < order.size(); ++k) requests[order[k]] = taken[k];
  }
  std::vector<int> order;
  std::vector<MPI_Request> taken;
};

bool all_null(int count, const MPI_Request* requests) {
  return std::all_of(requests, requests + count,
                     [](MPI_Request each) { return each == MPI_REQUEST_NULL; });
}

} // namespace

// Begins and ends.

int MPI_Init_thread(int* argc, char*** argv, int required, int* provided) {
  const int code = PMPI_Init_thread(argc, argv, required, provided);
  choose_seed();
  return code;
}

int MPI_Finalize() {
  const bool fine = has_interfered();
  const int code = PMPI_Finalize();
  if (!fine) std::exit(1);
  return code;
}

// What may say "not yet".

int MPI_Test(MPI_Request* request, int* flag, MPI_Status* status) {
  if (*request != MPI_REQUEST_NULL && happens(not_yet, 3)) {
    *flag = 0;
    return MPI_SUCCESS;
  }
  return PMPI_Test(request, flag, status);
}

int MPI_Testall(int count, MPI_Request* requests, int* flag, MPI_Status* statuses) {
  if (!all_null(count, requests) && happens(not_yet, 3)) {
    *flag = 0;
    return MPI_SUCCESS;
  }
  return PMPI_Testall(count, requests, flag, statuses);
}

int MPI_Testany(int count, MPI_Request* requests, int* index, int* flag, MPI_Status* status) {
  if (!all_null(count, requests) && happens(not_yet, 3)) {
    *flag = 0;
    *index = MPI_UNDEFINED;
    return MPI_SUCCESS;
  }
  shuffled others(count, requests);
  const int code = PMPI_Testany(count, others.taken.data(), index, flag, status);
  others.put_back(requests);
  if (*flag != 0 && *index != MPI_UNDEFINED)
    *index = others.order[static_cast<std::size_t>(*index)];
  return code;
}

int MPI_Iprobe(int source, int tag, MPI_Comm comm, int* flag, MPI_Status* status) {
  if (happens(not_yet, 3)) {
    *flag = 0;
    return MPI_SUCCESS;
  }
  return PMPI_Iprobe(source, tag, comm, flag, status);
}

int MPI_Improbe(int source, int tag, MPI_Comm comm, int* flag, MPI_Message* message,
                MPI_Status* status) {
  if (happens(not_yet, 3)) {
    *flag = 0;
    *message = MPI_MESSAGE_NULL;
    return MPI_SUCCESS;
  }
  return PMPI_Improbe(source, tag, comm, flag, message, status);
}

int MPI_Waitany(int count, MPI_Request* requests, int* index, MPI_Status* status) {
  be_late();
  shuffled others(count, requests);
  const int code = PMPI_Waitany(count, others.taken.data(), index, status);
  others.put_back(requests);
  if (*index != MPI_UNDEFINED) *index = others.order[static_cast<std::size_t>(*index)];
  return code;
}

// Sends that the standard lets wait for their receivers.

int MPI_Send(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  be_late();
  return (happens(synchronous, 3) ? PMPI_Ssend : PMPI_Send)(data, count, type, to, tag, comm);
}

int MPI_Isend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  be_late();
  return (happens(synchronous, 3) ? PMPI_Issend : PMPI_Isend)(data, count, type, to, tag, comm,
                                                              request);
}

// All else is late.

// NOLINTBEGIN(bugprone-macro-parentheses)
#define LATE(name, parameters, arguments)                                                          \
  int MPI_##name parameters {                                                                      \
    be_late();                                                                                     \
    return PMPI_##name arguments;                                                                  \
  }
#define SENT const void *from, int count, MPI_Datatype type
#define INTO void *to, int number, MPI_Datatype of
#define EACH_SENT const void *from, const int counts[], const int places[], MPI_Datatype type
#define EACH_INTO void *to, const int numbers_of[], const int at[], MPI_Datatype of
#define REDUCED const void *from, void *to, int count, MPI_Datatype type, MPI_Op op
#define COMM MPI_Comm comm
#define REQUEST MPI_Request* request

LATE(Ssend, (SENT, int to, int tag, COMM), (from, count, type, to, tag, comm))
LATE(Issend, (SENT, int to, int tag, COMM, REQUEST), (from, count, type, to, tag, comm, request))
LATE(Recv, (INTO, int from, int tag, COMM, MPI_Status* status),
     (to, number, of, from, tag, comm, status))
LATE(Irecv, (INTO, int from, int tag, COMM, REQUEST), (to, number, of, from, tag, comm, request))
LATE(Mprobe, (int from, int tag, COMM, MPI_Message* found, MPI_Status* status),
     (from, tag, comm, found, status))
LATE(Mrecv, (INTO, MPI_Message* message, MPI_Status* status), (to, number, of, message, status))
LATE(Imrecv, (INTO, MPI_Message* message, REQUEST), (to, number, of, message, request))
LATE(Sendrecv, (SENT, int right, int tag, INTO, int left, int its_tag, COMM, MPI_Status* status),
     (from, count, type, right, tag, to, number, of, left, its_tag, comm, status))
LATE(Wait, (MPI_Request * request, MPI_Status* status), (request, status))
LATE(Waitall, (int count, MPI_Request requests[], MPI_Status* statuses),
     (count, requests, statuses))

LATE(Barrier, (COMM), (comm))
LATE(Ibarrier, (COMM, REQUEST), (comm, request))
LATE(Bcast, (INTO, int root, COMM), (to, number, of, root, comm))
LATE(Ibcast, (INTO, int root, COMM, REQUEST), (to, number, of, root, comm, request))
LATE(Gather, (SENT, INTO, int root, COMM), (from, count, type, to, number, of, root, comm))
LATE(Igather, (SENT, INTO, int root, COMM, REQUEST),
     (from, count, type, to, number, of, root, comm, request))
LATE(Gatherv, (SENT, EACH_INTO, int root, COMM),
     (from, count, type, to, numbers_of, at, of, root, comm))
LATE(Igatherv, (SENT, EACH_INTO, int root, COMM, REQUEST),
     (from, count, type, to, numbers_of, at, of, root, comm, request))
LATE(Scatter, (SENT, INTO, int root, COMM), (from, count, type, to, number, of, root, comm))
LATE(Iscatter, (SENT, INTO, int root, COMM, REQUEST),
     (from, count, type, to, number, of, root, comm, request))
LATE(Scatterv, (EACH_SENT, INTO, int root, COMM),
     (from, counts, places, type, to, number, of, root, comm))
LATE(Iscatterv, (EACH_SENT, INTO, int root, COMM, REQUEST),
     (from, counts, places, type, to, number, of, root, comm, request))
LATE(Allgather, (SENT, INTO, COMM), (from, count, type, to, number, of, comm))
LATE(Iallgather, (SENT, INTO, COMM, REQUEST), (from, count, type, to, number, of, comm, request))
LATE(Allgatherv, (SENT, EACH_INTO, COMM), (from, count, type, to, numbers_of, at, of, comm))
LATE(Iallgatherv, (SENT, EACH_INTO, COMM, REQUEST),
     (from, count, type, to, numbers_of, at, of, comm, request))
LATE(Alltoall, (SENT, INTO, COMM), (from, count, type, to, number, of, comm))
LATE(Ialltoall, (SENT, INTO, COMM, REQUEST), (from, count, type, to, number, of, comm, request))
LATE(Alltoallv, (EACH_SENT, EACH_INTO, COMM),
     (from, counts, places, type, to, numbers_of, at, of, comm))
LATE(Ialltoallv, (EACH_SENT, EACH_INTO, COMM, REQUEST),
     (from, counts, places, type, to, numbers_of, at, of, comm, request))
LATE(Reduce, (REDUCED, int root, COMM), (from, to, count, type, op, root, comm))
LATE(Ireduce, (REDUCED, int root, COMM, REQUEST), (from, to, count, type, op, root, comm, request))
LATE(Allreduce, (REDUCED, COMM), (from, to, count, type, op, comm))
LATE(Iallreduce, (REDUCED, COMM, REQUEST), (from, to, count, type, op, comm, request))
LATE(Scan, (REDUCED, COMM), (from, to, count, type, op, comm))
LATE(Iscan, (REDUCED, COMM, REQUEST), (from, to, count, type, op, comm, request))
LATE(Exscan, (REDUCED, COMM), (from, to, count, type, op, comm))
LATE(Iexscan, (REDUCED, COMM, REQUEST), (from, to, count, type, op, comm, request))
LATE(Reduce_scatter_block, (REDUCED, COMM), (from, to, count, type, op, comm))
LATE(Ireduce_scatter_block, (REDUCED, COMM, REQUEST), (from, to, count, type, op, comm, request))
// NOLINTEND(bugprone-macro-parentheses)
