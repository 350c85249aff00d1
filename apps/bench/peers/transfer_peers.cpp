#include "transfer_peers.hpp"

namespace bench {

std::vector<std::unique_ptr<transfer_peer>>
make_transfer_peers([[maybe_unused]] const transfer_task& task,
                    [[maybe_unused]] hand_transfer& hand) {
  std::vector<std::unique_ptr<transfer_peer>> all;
#ifdef TESSERA_HAS_FFTW
  if (task.turned) all.push_back(make_fftw_transfer(task, hand.from(), hand.to()));
#endif
#ifdef TESSERA_HAS_SCALAPACK
  if (!task.turned) all.push_back(make_scalapack_transfer(task, hand.from(), hand.to()));
#endif
#ifdef TESSERA_HAS_GLOBAL_ARRAYS
  all.push_back(make_global_arrays_transfer(task));
#endif
  return all;
}

} // namespace bench
