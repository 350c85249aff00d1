#include "blacs_grid.hpp"

#include <algorithm>

extern "C" {
int Csys2blacs_handle(MPI_Comm comm);
void Cfree_blacs_system_handle(int handle);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void Cblacs_gridexit(int context);
}

namespace tessera::detail {

blacs_grid::blacs_grid(const communicator& comm, index_t most) {
  check_thread();
  check_usable(comm);
  const int used = static_cast<int>(std::clamp<index_t>(most, 1, comm.size()));
  while ((rows_ + 1) * (rows_ + 1) <= used) ++rows_;
  columns_ = used / rows_;
  is_member_ = comm.rank() < ranks();
  system_ = Csys2blacs_handle(comm.native());
  context_ = system_;
  Cblacs_gridinit(&context_, "Col", rows_, columns_);
}

blacs_grid::~blacs_grid() {
  if (is_member_) Cblacs_gridexit(context_);
  Cfree_blacs_system_handle(system_);
}

} // namespace tessera::detail
