// A sort over ranks as one writes it with MPI and the standard library.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <vector>

namespace bench {

/// Sorts the numbers of all ranks by std::sort and splitters drawn from samples: each rank ends
/// with as many as come to lie between its two. Collective.
template <class T> std::vector<T> hand_sort(MPI_Comm comm, const T* mine, std::size_t n);

} // namespace bench
