// MPI's collective calls, which wait.
#include "described.hpp"
#include "looked_at.hpp"

using namespace tessera::detail;

int MPI_Barrier(MPI_Comm comm) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Barrier", comm,
                              [&] { return PMPI_Barrier(comm); });
}

int MPI_Bcast(void* data, int count, MPI_Datatype type, int root, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Bcast", comm,
      [&](operands& given) { given.elements(count, type).root(root); },
      [&] { return PMPI_Bcast(data, count, type, root, comm); });
}

int MPI_Gather(const void* from, int count, MPI_Datatype type, void* into, int number,
               MPI_Datatype of, int root, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Gather", comm,
      [&](operands& given) {
        describe_to_root(given, comm, from, {count, type}, {number, of}, root);
      },
      [&] { return PMPI_Gather(from, count, type, into, number, of, root, comm); });
}

int MPI_Gatherv(const void* from, int count, MPI_Datatype type, void* into, const int numbers[],
                const int at[], MPI_Datatype of, int root, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Gatherv", comm,
      [&](operands& given) {
        describe_gatherv(given, comm, from, {count, type}, {numbers, of}, root);
      },
      [&] { return PMPI_Gatherv(from, count, type, into, numbers, at, of, root, comm); });
}

int MPI_Scatter(const void* from, int count, MPI_Datatype type, void* into, int number,
                MPI_Datatype of, int root, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Scatter", comm,
      [&](operands& given) {
        describe_from_root(given, comm, into, {count, type}, {number, of}, root);
      },
      [&] { return PMPI_Scatter(from, count, type, into, number, of, root, comm); });
}

int MPI_Scatterv(const void* from, const int counts[], const int places[], MPI_Datatype type,
                 void* into, int number, MPI_Datatype of, int root, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Scatterv", comm,
      [&](operands& given) {
        describe_scatterv(given, comm, into, {counts, type}, {number, of}, root);
      },
      [&] { return PMPI_Scatterv(from, counts, places, type, into, number, of, root, comm); });
}

int MPI_Allgather(const void* from, int count, MPI_Datatype type, void* into, int number,
                  MPI_Datatype of, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Allgather", comm,
      [&](operands& given) {
        describe_all(given, from, {count, type}, {number, of});
      },
      [&] { return PMPI_Allgather(from, count, type, into, number, of, comm); });
}

int MPI_Allgatherv(const void* from, int count, MPI_Datatype type, void* into, const int numbers[],
                   const int at[], MPI_Datatype of, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Allgatherv", comm,
      [&](operands& given) {
        describe_allgatherv(given, comm, from, {count, type}, {numbers, of});
      },
      [&] { return PMPI_Allgatherv(from, count, type, into, numbers, at, of, comm); });
}

int MPI_Alltoall(const void* from, int count, MPI_Datatype type, void* into, int number,
                 MPI_Datatype of, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Alltoall", comm,
      [&](operands& given) {
        describe_all(given, from, {count, type}, {number, of});
      },
      [&] { return PMPI_Alltoall(from, count, type, into, number, of, comm); });
}

int MPI_Alltoallv(const void* from, const int counts[], const int places[], MPI_Datatype type,
                  void* into, const int numbers[], const int at[], MPI_Datatype of, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Alltoallv", comm,
      [&](operands& given) {
        describe_alltoallv(given, comm, from, {counts, type}, {numbers, of});
      },
      [&] { return PMPI_Alltoallv(from, counts, places, type, into, numbers, at, of, comm); });
}

int MPI_Alltoallw(const void* from, const int counts[], const int places[],
                  const MPI_Datatype types[], void* into, const int numbers[], const int at[],
                  const MPI_Datatype all_of[], MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Alltoallw", comm,
      [&](operands& given) {
        describe_alltoallw(given, comm, from, {counts, types}, {numbers, all_of});
      },
      [&] { return PMPI_Alltoallw(from, counts, places, types, into, numbers, at, all_of, comm); });
}

int MPI_Reduce(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op, int root,
               MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Reduce", comm,
      [&](operands& given) { given.elements(count, type).operation(op).root(root); },
      [&] { return PMPI_Reduce(from, into, count, type, op, root, comm); });
}

int MPI_Allreduce(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op,
                  MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Allreduce", comm,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Allreduce(from, into, count, type, op, comm); });
}

int MPI_Reduce_scatter(const void* from, void* into, const int counts[], MPI_Datatype type,
                       MPI_Op op, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Reduce_scatter", comm,
      [&](operands& given) { given.elements(counts, size_of(comm), type).operation(op); },
      [&] { return PMPI_Reduce_scatter(from, into, counts, type, op, comm); });
}

int MPI_Reduce_scatter_block(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op,
                             MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Reduce_scatter_block", comm,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Reduce_scatter_block(from, into, count, type, op, comm); });
}

int MPI_Scan(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Scan", comm,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Scan(from, into, count, type, op, comm); });
}

int MPI_Exscan(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op,
               MPI_Comm comm) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Exscan", comm,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Exscan(from, into, count, type, op, comm); });
}
