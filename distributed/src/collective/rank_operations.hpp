// Operations of ours as MPI's.
#pragma once

#include <tessera/distributed/collective/reduce_ranks.hpp>

namespace tessera::detail {

/// MPI's handle for an operation, which remembers it until it is destroyed.
class operation_handle {
public:
  operation_handle() = default;
  explicit operation_handle(const rank_operation& op);
  operation_handle(operation_handle&& other) noexcept;
  operation_handle& operator=(operation_handle&& other) noexcept;
  operation_handle(const operation_handle&) = delete;
  operation_handle& operator=(const operation_handle&) = delete;
  ~operation_handle();

  [[nodiscard]] MPI_Op get() const { return handle_; }

private:
  MPI_Op handle_ = MPI_OP_NULL;
  int slot_ = -1; // of an operation with a state, which is given back
};

/// A type of MPI's for elements that are combined, each as one.
MPI_Datatype combined_type(char kind, index_t itemsize);

} // namespace tessera::detail
