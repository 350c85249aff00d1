// What must agree in collective calls that move elements, one function for each form.
#pragma once

#include "operands.hpp"

#include <mpi.h>

namespace tessera::detail {

/// So many elements for each rank.
struct even_share {
  int count;
  MPI_Datatype type;
};
struct uneven_share {
  const int* counts;
  MPI_Datatype type;
};
struct typed_share {
  const int* counts;
  const MPI_Datatype* types;
};

int size_of(MPI_Comm comm);

void describe_to_root(operands& given, MPI_Comm comm, const void* from, even_share sent,
                      even_share received, int root);
void describe_from_root(operands& given, MPI_Comm comm, const void* into, even_share sent,
                        even_share received, int root);
void describe_gatherv(operands& given, MPI_Comm comm, const void* from, even_share sent,
                      uneven_share received, int root);
void describe_scatterv(operands& given, MPI_Comm comm, const void* into, uneven_share sent,
                       even_share received, int root);
void describe_all(operands& given, const void* from, even_share sent, even_share received);
void describe_allgatherv(operands& given, MPI_Comm comm, const void* from, even_share sent,
                         uneven_share received);
void describe_alltoallv(operands& given, MPI_Comm comm, const void* from, uneven_share sent,
                        uneven_share received);
void describe_alltoallw(operands& given, MPI_Comm comm, const void* from, typed_share sent,
                        typed_share received);

} // namespace tessera::detail
