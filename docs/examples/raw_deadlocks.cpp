// raw_deadlocks: mistakes in a program of raw MPI, by the name of the first argument.
#include <mpi.h>

#include <string>

/// What rank 1 does not do.
void skip(int rank) {
  double mine = rank;
  double sum = 0;
  if (rank != 1) MPI_Allreduce(&mine, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  MPI_Bcast(&sum, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
}

/// Rank 1 takes itself for the root.
void root(int rank) {
  int steps = 100;
  MPI_Bcast(&steps, 1, MPI_INT, rank == 1 ? 1 : 0, MPI_COMM_WORLD);
}

/// Rank 1 sends more than rank 0 means to receive from it.
void counts(int rank) {
  const int mine[2] = {rank, rank};
  const int numbers[3] = {1, 1, 1};
  const int places[3] = {0, 1, 2};
  int all[3] = {};
  MPI_Gatherv(mine, rank == 1 ? 2 : 1, MPI_INT, all, numbers, places, MPI_INT, 0, MPI_COMM_WORLD);
}

/// Each rank wants to receive before it sends.
void circle(int rank, int size) {
  const int next = (rank + 1) % size;
  const int before = (rank + size - 1) % size;
  double data = 1;
  MPI_Recv(&data, 1, MPI_DOUBLE, before, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  MPI_Send(&data, 1, MPI_DOUBLE, next, 0, MPI_COMM_WORLD);
}

/// Rank 1 has nothing more to do.
void end(int rank) {
  double data = rank;
  if (rank == 0) MPI_Recv(&data, 1, MPI_DOUBLE, 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const std::string name = argc > 1 ? argv[1] : "";
  if (name == "skip") skip(rank);
  if (name == "root") root(rank);
  if (name == "counts") counts(rank);
  if (name == "circle") circle(rank, size);
  if (name == "end") end(rank);
  MPI_Finalize();
}
