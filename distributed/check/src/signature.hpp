// What a datatype is made of, as far as MPI demands that ranks agree.
#pragma once

#include <cstdint>
#include <string>

#include <mpi.h>

namespace tessera::detail {

/// The sequence of basic types in so many elements of a type, as a number: the same for two vectors
/// of five doubles as for ten doubles. Basic types are told apart by kind and size, so MPI_LONG and
/// MPI_INT64_T are one; types of one byte are all alike.
std::uint64_t signature_of(std::int64_t count, MPI_Datatype type);

/// "10 MPI_DOUBLE", "2 elements of 40 bytes"
std::string text_of_elements(std::int64_t count, MPI_Datatype type);

/// What one operation of a reduction is on all ranks; one number for all that users have made.
std::uint64_t number_of_operation(MPI_Op op);
/// "MPI_SUM", "an operation of its own"
std::string text_of_operation(MPI_Op op);

} // namespace tessera::detail
