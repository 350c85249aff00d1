// Heat steps of other libraries, to compare with.
#pragma once

#include <mpi.h>

#include <memory>
#include <string>
#include <vector>

namespace bench {

/// The same steps of the same field as hand_heat, done in some other way.
class heat_step {
public:
  virtual ~heat_step() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  virtual void step() = 0;
  virtual void exchange() = 0;
  /// Sum of all elements, to check that it computes the same.
  [[nodiscard]] virtual double sum() = 0;
};

/// Those that were found when the benchmark was built. Collective.
std::vector<std::unique_ptr<heat_step>> make_peers(MPI_Comm comm, const std::vector<long>& shape);

} // namespace bench
