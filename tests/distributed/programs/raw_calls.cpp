// All raw calls that tessera_check stands around, in a program without a mistake: it compares what
// it gets with what follows from the ranks' numbers. See raw_mistakes.py.
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

namespace {

int rank = 0;
int size = 0;
int wrong = 0;
const MPI_Comm world = MPI_COMM_WORLD;

void expect(bool holds, const char* call) {
  if (holds) return;
  ++wrong;
  std::fprintf(stderr, "rank %d: wrong: %s\n", rank, call);
}

std::size_t places() { return static_cast<std::size_t>(size); }
int sum_of_ranks() { return size * (size - 1) / 2; }
std::vector<int> numbered(int first, std::size_t count) {
  std::vector<int> result(count);
  std::iota(result.begin(), result.end(), first);
  return result;
}
/// Rank k gives k + 1 elements.
std::vector<int> growing() { return numbered(1, places()); }
std::vector<int> starts_of(const std::vector<int>& counts) {
  std::vector<int> result(counts.size());
  std::exclusive_scan(counts.begin(), counts.end(), result.begin(), 0);
  return result;
}

/// Waits for what a call with an I starts, in one of four ways.
void finish(MPI_Request request, int way) {
  int done = 0;
  int index = 0;
  while (way == 0 && done == 0) MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  if (way == 1) MPI_Wait(&request, MPI_STATUS_IGNORE);
  if (way == 2) MPI_Waitany(1, &request, &index, MPI_STATUS_IGNORE);
  while (way == 3 && done == 0) MPI_Testall(1, &request, &done, MPI_STATUSES_IGNORE);
  expect(request == MPI_REQUEST_NULL && index == 0, "finish");
}

void move_even() {
  int value = rank == 0 ? 42 : 0;
  MPI_Bcast(&value, 1, MPI_INT, 0, world);
  expect(value == 42, "Bcast");
  std::vector<int> all(places(), -1);
  MPI_Gather(&rank, 1, MPI_INT, all.data(), 1, MPI_INT, size - 1, world);
  expect(rank != size - 1 || all == numbered(0, places()), "Gather");
  MPI_Allgather(&rank, 1, MPI_INT, all.data(), 1, MPI_INT, world);
  expect(all == numbered(0, places()), "Allgather");
  int mine = -1;
  MPI_Scatter(all.data(), 1, MPI_INT, &mine, 1, MPI_INT, 0, world);
  expect(mine == rank, "Scatter");
  const std::vector<int> from = numbered(size * rank, places());
  MPI_Alltoall(from.data(), 1, MPI_INT, all.data(), 1, MPI_INT, world);
  for (int k = 0; k < size; ++k)
    expect(all[static_cast<std::size_t>(k)] == size * k + rank, "Alltoall");
  all.assign(places(), rank);
  MPI_Allgather(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, all.data(), 1, MPI_INT, world);
  expect(all == numbered(0, places()), "Allgather in place");
}

void move_uneven() {
  const std::vector<int> counts = growing();
  const std::vector<int> starts = starts_of(counts);
  const std::vector<int> mine(static_cast<std::size_t>(rank) + 1, rank);
  std::vector<int> all(places() * (places() + 1) / 2, -1);
  std::vector<int> expected;
  for (int k = 0; k < size; ++k)
    expected.insert(expected.end(), static_cast<std::size_t>(k) + 1, k);
  MPI_Gatherv(mine.data(), rank + 1, MPI_INT, all.data(), counts.data(), starts.data(), MPI_INT, 0,
              world);
  expect(rank != 0 || all == expected, "Gatherv");
  MPI_Allgatherv(mine.data(), rank + 1, MPI_INT, all.data(), counts.data(), starts.data(), MPI_INT,
                 world);
  expect(all == expected, "Allgatherv");
  std::vector<int> part(mine.size(), -1);
  MPI_Scatterv(all.data(), counts.data(), starts.data(), MPI_INT, part.data(), rank + 1, MPI_INT, 0,
               world);
  expect(part == mine, "Scatterv");
  // To rank k go k + 1 elements.
  const std::vector<int> from(all.size(), rank);
  const std::vector<int> own_counts(places(), rank + 1);
  const std::vector<int> own_starts = starts_of(own_counts);
  std::vector<int> into(places() * mine.size(), -1);
  MPI_Alltoallv(from.data(), counts.data(), starts.data(), MPI_INT, into.data(), own_counts.data(),
                own_starts.data(), MPI_INT, world);
  for (std::size_t k = 0; k < into.size(); ++k)
    expect(into[k] == static_cast<int>(k / mine.size()), "Alltoallv");
  std::vector<int> bytes(places());
  std::vector<int> own_bytes(places());
  for (std::size_t k = 0; k < places(); ++k) {
    bytes[k] = 4 * starts[k];
    own_bytes[k] = 4 * own_starts[k];
  }
  const std::vector<MPI_Datatype> types(places(), MPI_INT);
  std::vector<int> again(into.size(), -1);
  MPI_Alltoallw(from.data(), counts.data(), bytes.data(), types.data(), again.data(),
                own_counts.data(), own_bytes.data(), types.data(), world);
  expect(again == into, "Alltoallw");
}

void largest(void* from, void* into, int* count, MPI_Datatype* /*type*/) {
  for (int k = 0; k < *count; ++k)
    static_cast<int*>(into)[k] = std::max(static_cast<int*>(from)[k], static_cast<int*>(into)[k]);
}

void reduce() {
  int sum = -1;
  MPI_Reduce(&rank, &sum, 1, MPI_INT, MPI_SUM, 0, world);
  expect(rank != 0 || sum == sum_of_ranks(), "Reduce");
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, world);
  expect(sum == sum_of_ranks(), "Allreduce");
  MPI_Scan(&rank, &sum, 1, MPI_INT, MPI_SUM, world);
  expect(sum == rank * (rank + 1) / 2, "Scan");
  MPI_Exscan(&rank, &sum, 1, MPI_INT, MPI_SUM, world);
  expect(rank == 0 || sum == rank * (rank - 1) / 2, "Exscan");
  const std::vector<int> ones(places(), 1);
  MPI_Reduce_scatter(ones.data(), &sum, ones.data(), MPI_INT, MPI_SUM, world);
  expect(sum == size, "Reduce_scatter");
  MPI_Reduce_scatter_block(ones.data(), &sum, 1, MPI_INT, MPI_SUM, world);
  expect(sum == size, "Reduce_scatter_block");
  MPI_Op own = MPI_OP_NULL;
  MPI_Op_create(largest, 1, &own);
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, own, world);
  expect(sum == size - 1, "an operation of its own");
  MPI_Op_free(&own);
}

void start_moves(int way) {
  MPI_Request request = MPI_REQUEST_NULL;
  const std::vector<int> ones(places(), 1);
  const std::vector<int> starts = numbered(0, places());
  std::vector<int> all(places(), -1);
  int mine = rank == 0 ? 7 : -1;
  MPI_Ibarrier(world, &request);
  finish(request, way);
  MPI_Ibcast(&mine, 1, MPI_INT, 0, world, &request);
  finish(request, way);
  expect(mine == 7, "Ibcast");
  MPI_Igather(&rank, 1, MPI_INT, all.data(), 1, MPI_INT, 0, world, &request);
  finish(request, way);
  expect(rank != 0 || all == starts, "Igather");
  MPI_Igatherv(&rank, 1, MPI_INT, all.data(), ones.data(), starts.data(), MPI_INT, 0, world,
               &request);
  finish(request, way);
  expect(rank != 0 || all == starts, "Igatherv");
  MPI_Iallgather(&rank, 1, MPI_INT, all.data(), 1, MPI_INT, world, &request);
  finish(request, way);
  expect(all == starts, "Iallgather");
  MPI_Iallgatherv(&rank, 1, MPI_INT, all.data(), ones.data(), starts.data(), MPI_INT, world,
                  &request);
  finish(request, way);
  expect(all == starts, "Iallgatherv");
  MPI_Iscatter(all.data(), 1, MPI_INT, &mine, 1, MPI_INT, 0, world, &request);
  finish(request, way);
  expect(mine == rank, "Iscatter");
  MPI_Iscatterv(all.data(), ones.data(), starts.data(), MPI_INT, &mine, 1, MPI_INT, 0, world,
                &request);
  finish(request, way);
  expect(mine == rank, "Iscatterv");
  const std::vector<int> from(places(), rank);
  MPI_Ialltoall(from.data(), 1, MPI_INT, all.data(), 1, MPI_INT, world, &request);
  finish(request, way);
  expect(all == starts, "Ialltoall");
  MPI_Ialltoallv(from.data(), ones.data(), starts.data(), MPI_INT, all.data(), ones.data(),
                 starts.data(), MPI_INT, world, &request);
  finish(request, way);
  expect(all == starts, "Ialltoallv");
}

void start_reductions(int way) {
  MPI_Request request = MPI_REQUEST_NULL;
  const std::vector<int> ones(places(), 1);
  int sum = -1;
  MPI_Ireduce(&rank, &sum, 1, MPI_INT, MPI_SUM, 0, world, &request);
  finish(request, way);
  expect(rank != 0 || sum == sum_of_ranks(), "Ireduce");
  MPI_Iallreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, world, &request);
  finish(request, way);
  expect(sum == sum_of_ranks(), "Iallreduce");
  MPI_Iscan(&rank, &sum, 1, MPI_INT, MPI_SUM, world, &request);
  finish(request, way);
  expect(sum == rank * (rank + 1) / 2, "Iscan");
  MPI_Iexscan(&rank, &sum, 1, MPI_INT, MPI_SUM, world, &request);
  finish(request, way);
  expect(rank == 0 || sum == rank * (rank - 1) / 2, "Iexscan");
  MPI_Ireduce_scatter(ones.data(), &sum, ones.data(), MPI_INT, MPI_SUM, world, &request);
  finish(request, way);
  expect(sum == size, "Ireduce_scatter");
  MPI_Ireduce_scatter_block(ones.data(), &sum, 1, MPI_INT, MPI_SUM, world, &request);
  finish(request, way);
  expect(sum == size, "Ireduce_scatter_block");
}

/// Two calls under way, which end in any order, beside messages.
void start_several() {
  int sum = -1;
  int from = -1;
  MPI_Request requests[4];
  MPI_Ibarrier(world, &requests[0]);
  MPI_Iallreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, world, &requests[1]);
  MPI_Irecv(&from, 1, MPI_INT, (rank + size - 1) % size, 3, world, &requests[2]);
  MPI_Isend(&rank, 1, MPI_INT, (rank + 1) % size, 3, world, &requests[3]);
  int ended = 0;
  while (ended < 4) {
    int some = 0;
    int which[4];
    MPI_Waitsome(4, requests, &some, which, MPI_STATUSES_IGNORE);
    ended += some;
  }
  expect(sum == sum_of_ranks() && from == (rank + size - 1) % size, "Waitsome");
  MPI_Issend(&rank, 1, MPI_INT, (rank + 1) % size, 4, world, &requests[0]);
  MPI_Irecv(&from, 1, MPI_INT, (rank + size - 1) % size, 4, world, &requests[1]);
  MPI_Waitall(2, requests, MPI_STATUSES_IGNORE);
  expect(from == (rank + size - 1) % size, "Waitall");
}

/// The root's ten doubles are the others' five pairs, or a struct of ten.
void equal_signatures() {
  MPI_Datatype pair = MPI_DATATYPE_NULL;
  MPI_Type_contiguous(2, MPI_DOUBLE, &pair);
  MPI_Type_commit(&pair);
  MPI_Datatype both = MPI_DATATYPE_NULL;
  const int lengths[2] = {2, 3};
  const MPI_Aint at[2] = {0, 32};
  const MPI_Datatype types[2] = {pair, pair};
  MPI_Type_create_struct(2, lengths, at, types, &both);
  MPI_Type_commit(&both);
  double values[10] = {};
  if (rank == 0)
    for (int k = 0; k < 10; ++k) values[k] = k;
  if (rank == 0) MPI_Bcast(values, 10, MPI_DOUBLE, 0, world);
  if (rank % 2 == 1) MPI_Bcast(values, 5, pair, 0, world);
  if (rank != 0 && rank % 2 == 0) MPI_Bcast(values, 1, both, 0, world);
  expect(values[9] == 9, "types of the same signature");
  MPI_Type_free(&both);
  MPI_Type_free(&pair);
}

void send() {
  const int next = (rank + 1) % size;
  const int before = (rank + size - 1) % size;
  int from = -1;
  MPI_Sendrecv(&rank, 1, MPI_INT, next, 1, &from, 1, MPI_INT, before, 1, world, MPI_STATUS_IGNORE);
  expect(from == before, "Sendrecv");
  from = rank;
  MPI_Sendrecv_replace(&from, 1, MPI_INT, next, 1, before, 1, world, MPI_STATUS_IGNORE);
  expect(from == before, "Sendrecv_replace");
  MPI_Status status;
  if (rank % 2 == 0 && next % 2 == 1) MPI_Ssend(&rank, 1, MPI_INT, next, 2, world);
  if (rank % 2 == 1) {
    MPI_Probe(before, 2, world, &status);
    MPI_Recv(&from, 1, MPI_INT, before, 2, world, MPI_STATUS_IGNORE);
    expect(from == before, "Ssend");
  }
  MPI_Send(&rank, 1, MPI_INT, rank == 0 ? MPI_PROC_NULL : 0, 5, world);
  if (rank == 0)
    for (int k = 1; k < size; ++k)
      MPI_Recv(&from, 1, MPI_INT, MPI_ANY_SOURCE, 5, world, MPI_STATUS_IGNORE);
  MPI_Request persistent = MPI_REQUEST_NULL;
  MPI_Request receives = MPI_REQUEST_NULL;
  MPI_Send_init(&rank, 1, MPI_INT, next, 6, world, &persistent);
  for (int k = 0; k < 3; ++k) {
    MPI_Irecv(&from, 1, MPI_INT, before, 6, world, &receives);
    MPI_Start(&persistent);
    MPI_Wait(&persistent, MPI_STATUS_IGNORE);
    MPI_Wait(&receives, MPI_STATUS_IGNORE);
  }
  MPI_Request_free(&persistent);
}

void make_communicators() {
  for (int k = 0; k < 3; ++k) {
    MPI_Comm copy = MPI_COMM_NULL;
    MPI_Comm_dup(world, &copy);
    MPI_Barrier(copy);
    MPI_Comm half = MPI_COMM_NULL;
    MPI_Comm_split(copy, rank % 2, -rank, &half);
    int sum = 0;
    const int one = 1;
    MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, half);
    expect(sum == (size + (rank % 2 == 0 ? 1 : 0)) / 2, "Comm_split");
    MPI_Comm_free(&half);
    MPI_Comm node = MPI_COMM_NULL;
    MPI_Comm_split_type(copy, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    MPI_Barrier(node);
    MPI_Comm_free(&node);
    MPI_Group group = MPI_GROUP_NULL;
    MPI_Comm_group(copy, &group);
    MPI_Comm same = MPI_COMM_NULL;
    MPI_Comm_create(copy, group, &same);
    MPI_Barrier(same);
    MPI_Comm_free(&same);
    MPI_Comm_create_group(copy, group, 1, &same);
    MPI_Barrier(same);
    MPI_Comm_disconnect(&same);
    MPI_Group_free(&group);
    MPI_Comm_free(&copy);
  }
}

void make_topologies() {
  MPI_Comm grid = MPI_COMM_NULL;
  const int dims[2] = {size, 1};
  const int periods[2] = {1, 0};
  MPI_Cart_create(world, 2, dims, periods, 0, &grid);
  MPI_Barrier(grid);
  MPI_Comm row = MPI_COMM_NULL;
  const int kept[2] = {0, 1};
  MPI_Cart_sub(grid, kept, &row);
  MPI_Barrier(row);
  MPI_Comm_free(&row);
  MPI_Comm_free(&grid);
  if (size < 2) return;
  MPI_Comm half = MPI_COMM_NULL;
  MPI_Comm between = MPI_COMM_NULL;
  MPI_Comm whole = MPI_COMM_NULL;
  MPI_Comm_split(world, rank % 2, 0, &half);
  MPI_Intercomm_create(half, 0, world, 1 - rank % 2, 8, &between);
  MPI_Barrier(between);
  MPI_Intercomm_merge(between, rank % 2, &whole);
  int sum = 0;
  MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, whole);
  expect(sum == sum_of_ranks(), "Intercomm_merge");
  MPI_Comm_free(&whole);
  MPI_Comm_free(&between);
  MPI_Comm_free(&half);
}

void put_into_window() {
  int mine = -1;
  MPI_Win window = MPI_WIN_NULL;
  MPI_Win_create(&mine, sizeof mine, 1, MPI_INFO_NULL, world, &window);
  MPI_Win_fence(0, window);
  MPI_Put(&rank, 1, MPI_INT, (rank + 1) % size, 0, 1, MPI_INT, window);
  MPI_Win_fence(0, window);
  expect(mine == (rank + size - 1) % size, "Win_fence");
  MPI_Win_free(&window);
}

void make_windows_and_files() {
  if (size > 1) put_into_window(); // Open MPI 4.1 makes none of one rank's memory
  MPI_Win window = MPI_WIN_NULL;
  int* shared = nullptr;
  MPI_Win_allocate(sizeof(int), 1, MPI_INFO_NULL, world, static_cast<void*>(&shared), &window);
  MPI_Win_free(&window);
  MPI_File file = MPI_FILE_NULL;
  MPI_File_open(world, "raw_calls.dat", MPI_MODE_CREATE | MPI_MODE_RDWR, MPI_INFO_NULL, &file);
  MPI_File_write_at(file, 4 * rank, &rank, 1, MPI_INT, MPI_STATUS_IGNORE);
  MPI_File_close(&file);
}

} // namespace

int main(int argc, char** argv) {
  const bool has_threads = argc > 1 && std::string(argv[1]) == "threads";
  int level = 0;
  if (has_threads)
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &level);
  else
    MPI_Init(&argc, &argv);
  MPI_Comm_rank(world, &rank);
  MPI_Comm_size(world, &size);
  move_even();
  move_uneven();
  reduce();
  for (int way = 0; way < 4; ++way) start_moves(way);
  for (int way = 0; way < 4; ++way) start_reductions(way);
  start_several();
  equal_signatures();
  send();
  make_communicators();
  make_topologies();
  make_windows_and_files();
  int all_wrong = 0;
  MPI_Reduce(&wrong, &all_wrong, 1, MPI_INT, MPI_SUM, 0, world);
  if (rank == 0) std::printf("%d ranks, %d wrong\n", size, all_wrong);
  MPI_Finalize();
  return wrong == 0 ? 0 : 1;
}
