// Messages of mpi4py, between two ranks of their own.
#pragma once

#include "measure.hpp"

#include <tessera/distributed/communicator.hpp>

#include <memory>
#include <string>
#include <vector>

namespace bench {

/// mpi4py under an mpirun of its own, while the ranks of this program sleep.
class mpi4py_messages {
public:
  explicit mpi4py_messages(const tessera::communicator& world);
  /// The same of another script, which answers lines as that of messages does.
  mpi4py_messages(const tessera::communicator& world, const char* script);

  /// Adds what sends an object there and back, where there is an mpi4py. Collective.
  void add(std::vector<candidate>& ways, const std::string& object,
           const std::string& name = "mpi4py") const;

private:
  class process;

  /// Collective.
  [[nodiscard]] double seconds(const std::string& object, int times) const;

  tessera::communicator world_;
  std::shared_ptr<process> process_; // of rank 0
};

} // namespace bench
