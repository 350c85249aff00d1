// Raw calls of MPI that a profile counts: see run_raw_profiled.py, which knows how many there are.
// With the argument `run` they are made within a program of Tessera's, between its own messages.
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <string>
#include <vector>

namespace {

void send_around(int rank, int size) {
  const int next = (rank + 1) % size;
  const int before = (rank + size - 1) % size;
  const MPI_Comm world = MPI_COMM_WORLD;
  std::vector<double> from(5);
  std::vector<double> into(5);
  for (int k = 0; k < 10; ++k) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Irecv(into.data(), 5, MPI_DOUBLE, before, 1, world, &request); // irecv
    MPI_Send(from.data(), 5, MPI_DOUBLE, next, 1, world);              // send
    MPI_Wait(&request, MPI_STATUS_IGNORE);                             // wait
  }
  for (int k = 0; k < 3; ++k) {
    MPI_Request requests[2];
    MPI_Isend(from.data(), 2, MPI_DOUBLE, next, 2, world, &requests[0]); // isend
    MPI_Irecv(into.data(), 5, MPI_DOUBLE, MPI_ANY_SOURCE, 2, world, &requests[1]);
    MPI_Waitall(2, requests, MPI_STATUSES_IGNORE); // waitall
  }
  for (int k = 0; k < 2; ++k)
    MPI_Sendrecv(&rank, 1, MPI_INT, next, 3, into.data(), 1, MPI_INT, before, 3, // sendrecv
                 world, MPI_STATUS_IGNORE);
  MPI_Send(from.data(), 1, MPI_DOUBLE, MPI_PROC_NULL, 4, world); // nowhere
}

void reduce_all(int rank) {
  int sum = 0;
  for (int k = 0; k < 4; ++k)
    MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD); // allreduce
}

int raw(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  send_around(rank, size);
  reduce_all(rank);
  MPI_Finalize();
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2 || std::string(argv[1]) != "run") return raw(argc, argv);
  return tessera::run(argc, argv, [](tessera::communicator& world) {
    const int next = (world.rank() + 1) % world.size();
    const int before = (world.rank() + world.size() - 1) % world.size();
    {
      TESSERA_PROFILE("of tessera");
      const std::vector<double> data(3);
      std::vector<double> into(3);
      for (int k = 0; k < 4; ++k) tessera::sendrecv(world, data, next, into, before);
    }
    TESSERA_PROFILE("raw");
    send_around(world.rank(), world.size());
    reduce_all(world.rank());
  });
}
