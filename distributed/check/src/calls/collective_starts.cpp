// MPI's collective calls, which are started.
#include "described.hpp"
#include "looked_at.hpp"

using namespace tessera::detail;

int MPI_Ibarrier(MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ibarrier", comm, request, [](operands&) {},
      [&] { return PMPI_Ibarrier(comm, request); });
}

int MPI_Ibcast(void* data, int count, MPI_Datatype type, int root, MPI_Comm comm,
               MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ibcast", comm, request,
      [&](operands& given) { given.elements(count, type).root(root); },
      [&] { return PMPI_Ibcast(data, count, type, root, comm, request); });
}

int MPI_Igather(const void* from, int count, MPI_Datatype type, void* into, int number,
                MPI_Datatype of, int root, MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Igather", comm, request,
      [&](operands& given) {
        describe_to_root(given, comm, from, {count, type}, {number, of}, root);
      },
      [&] { return PMPI_Igather(from, count, type, into, number, of, root, comm, request); });
}

int MPI_Igatherv(const void* from, int count, MPI_Datatype type, void* into, const int numbers[],
                 const int at[], MPI_Datatype of, int root, MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Igatherv", comm, request,
      [&](operands& given) {
        describe_gatherv(given, comm, from, {count, type}, {numbers, of}, root);
      },
      [&] { return PMPI_Igatherv(from, count, type, into, numbers, at, of, root, comm, request); });
}

int MPI_Iscatter(const void* from, int count, MPI_Datatype type, void* into, int number,
                 MPI_Datatype of, int root, MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Iscatter", comm, request,
      [&](operands& given) {
        describe_from_root(given, comm, into, {count, type}, {number, of}, root);
      },
      [&] { return PMPI_Iscatter(from, count, type, into, number, of, root, comm, request); });
}

int MPI_Iscatterv(const void* from, const int counts[], const int places[], MPI_Datatype type,
                  void* into, int number, MPI_Datatype of, int root, MPI_Comm comm,
                  MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Iscatterv", comm, request,
      [&](operands& given) {
        describe_scatterv(given, comm, into, {counts, type}, {number, of}, root);
      },
      [&] {
        return PMPI_Iscatterv(from, counts, places, type, into, number, of, root, comm, request);
      });
}

int MPI_Iallgather(const void* from, int count, MPI_Datatype type, void* into, int number,
                   MPI_Datatype of, MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Iallgather", comm, request,
      [&](operands& given) {
        describe_all(given, from, {count, type}, {number, of});
      },
      [&] { return PMPI_Iallgather(from, count, type, into, number, of, comm, request); });
}

int MPI_Iallgatherv(const void* from, int count, MPI_Datatype type, void* into, const int numbers[],
                    const int at[], MPI_Datatype of, MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Iallgatherv", comm, request,
      [&](operands& given) {
        describe_allgatherv(given, comm, from, {count, type}, {numbers, of});
      },
      [&] { return PMPI_Iallgatherv(from, count, type, into, numbers, at, of, comm, request); });
}

int MPI_Ialltoall(const void* from, int count, MPI_Datatype type, void* into, int number,
                  MPI_Datatype of, MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ialltoall", comm, request,
      [&](operands& given) {
        describe_all(given, from, {count, type}, {number, of});
      },
      [&] { return PMPI_Ialltoall(from, count, type, into, number, of, comm, request); });
}

int MPI_Ialltoallv(const void* from, const int counts[], const int places[], MPI_Datatype type,
                   void* into, const int numbers[], const int at[], MPI_Datatype of, MPI_Comm comm,
                   MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ialltoallv", comm, request,
      [&](operands& given) {
        describe_alltoallv(given, comm, from, {counts, type}, {numbers, of});
      },
      [&] {
        return PMPI_Ialltoallv(from, counts, places, type, into, numbers, at, of, comm, request);
      });
}

int MPI_Ialltoallw(const void* from, const int counts[], const int places[],
                   const MPI_Datatype types[], void* into, const int numbers[], const int at[],
                   const MPI_Datatype all_of[], MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ialltoallw", comm, request,
      [&](operands& given) {
        describe_alltoallw(given, comm, from, {counts, types}, {numbers, all_of});
      },
      [&] {
        return PMPI_Ialltoallw(from, counts, places, types, into, numbers, at, all_of, comm,
                               request);
      });
}

int MPI_Ireduce(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op, int root,
                MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ireduce", comm, request,
      [&](operands& given) { given.elements(count, type).operation(op).root(root); },
      [&] { return PMPI_Ireduce(from, into, count, type, op, root, comm, request); });
}

int MPI_Iallreduce(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op,
                   MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Iallreduce", comm, request,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Iallreduce(from, into, count, type, op, comm, request); });
}

int MPI_Ireduce_scatter(const void* from, void* into, const int counts[], MPI_Datatype type,
                        MPI_Op op, MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ireduce_scatter", comm, request,
      [&](operands& given) { given.elements(counts, size_of(comm), type).operation(op); },
      [&] { return PMPI_Ireduce_scatter(from, into, counts, type, op, comm, request); });
}

int MPI_Ireduce_scatter_block(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op,
                              MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Ireduce_scatter_block", comm, request,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Ireduce_scatter_block(from, into, count, type, op, comm, request); });
}

int MPI_Iscan(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm,
              MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Iscan", comm, request,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Iscan(from, into, count, type, op, comm, request); });
}

int MPI_Iexscan(const void* from, void* into, int count, MPI_Datatype type, MPI_Op op,
                MPI_Comm comm, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Iexscan", comm, request,
      [&](operands& given) { given.elements(count, type).operation(op); },
      [&] { return PMPI_Iexscan(from, into, count, type, op, comm, request); });
}
