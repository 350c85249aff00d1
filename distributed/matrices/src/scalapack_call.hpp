// What calls of ScaLAPACK have in common.
#pragma once

#include "cyclic_matrix.hpp"

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/core/memory/checked_vector.hpp>
#include <tessera/distributed/agree.hpp>

#include <vector>

namespace tessera::detail {

inline constexpr int one = 1; // where submatrices begin, in Fortran
inline constexpr int query = -1;

/// What the ranks of the grid found, on all ranks. Collective.
/// @throws argument_error where ScaLAPACK refuses an argument.
int agreed_info(const communicator& comm, const char* function, int info);

/// A size of work space that ScaLAPACK has told as a number of type T: a float may be rounded down.
int work_size(double told, double epsilon);
template <class T> int work_size(const T& told) {
  using real = real_of<T>;
  if constexpr (is_complex<T>)
    return work_size(static_cast<double>(told.real()), std::numeric_limits<real>::epsilon());
  else
    return work_size(static_cast<double>(told), std::numeric_limits<real>::epsilon());
}

/// Room for n elements, on all ranks or none. Collective.
template <class T> std::vector<T> work_space(const communicator& comm, int n) {
  return collectively(comm,
                      [&] { return std::vector<T>(static_cast<std::size_t>(n > 1 ? n : 1)); });
}

/// @throws argument_error on all ranks when an element is infinite or NaN, where ScaLAPACK may not
/// return. Collective.
template <class T>
void require_finite(const communicator& comm, const char* name, cyclic_matrix& m);

} // namespace tessera::detail
