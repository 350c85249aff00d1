// NumPy, pandas and h5py at files.
#pragma once

#include "../measure.hpp"

#include <tessera/distributed/communicator.hpp>

#include <memory>
#include <string>
#include <vector>

namespace bench {

/// A Python beside rank 0, or as many as there are ranks, under a launcher of their own.
class file_peers {
public:
  /// Collective. `over_ranks`: as many processes as ranks, with h5py over MPI-IO.
  file_peers(const tessera::communicator& world, bool over_ranks);
  ~file_peers();

  /// Adds a way to do the work, if the module is there: a function of the script, and its
  /// arguments. Collective.
  void add(std::vector<candidate>& ways, const std::string& name, const std::string& module,
           const std::vector<std::string>& call);

private:
  struct process;
  /// What the script answers, on all ranks.
  std::string ask(const std::string& question) const;

  tessera::communicator world_;
  std::shared_ptr<process> process_;
};

} // namespace bench
