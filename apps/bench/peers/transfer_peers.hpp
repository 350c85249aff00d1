// Transfers by other libraries; each exists only where its library was found.
#pragma once

#include "../hand/hand_transfer.hpp"

#include <memory>
#include <string>

namespace bench {

/// Does a task in its own way. Unless it says otherwise, it moves the source of the transfer by
/// hand to its target.
class transfer_peer {
public:
  transfer_peer() = default;
  transfer_peer(const transfer_peer&) = delete;
  transfer_peer& operator=(const transfer_peer&) = delete;
  virtual ~transfer_peer() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  virtual void run() = 0;
  [[nodiscard]] virtual bool is_right() const { return true; }
  /// Has it arrays of its own, and so an answer of its own?
  [[nodiscard]] virtual bool has_arrays() const { return false; }
};

/// Those that can do a task. Making them may change the elements of `hand`. A library that cannot
/// be started a second time stays up until MPI ends. Collective.
std::vector<std::unique_ptr<transfer_peer>> make_transfer_peers(const transfer_task& task,
                                                                hand_transfer& hand);

std::unique_ptr<transfer_peer> make_fftw_transfer(const transfer_task& task, double* from,
                                                  double* to);
std::unique_ptr<transfer_peer> make_scalapack_transfer(const transfer_task& task, double* from,
                                                       double* to);
std::unique_ptr<transfer_peer> make_global_arrays_transfer(const transfer_task& task);

} // namespace bench
