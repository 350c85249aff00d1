// Heat steps and halo updates of other libraries, to compare with.
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

/// Updates of the halo, one cell wide, of a field of doubles that is cut along one axis.
class halo_update {
public:
  virtual ~halo_update() = default;
  virtual void run() = 0;
};

/// A library to compare with. It is initialised while this lives, and what it made must go before
/// it; several cannot be started a second time, so one lives as long as the benchmark.
class peer {
public:
  peer() = default;
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;
  virtual ~peer() = default;
  /// Its ways to do the steps. Collective.
  [[nodiscard]] virtual std::vector<std::unique_ptr<heat_step>>
  make_heats(MPI_Comm comm, const std::vector<long>& shape) = 0;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Its fastest way to update a halo. Collective.
  [[nodiscard]] virtual std::unique_ptr<halo_update>
  make_halo(MPI_Comm comm, const std::vector<long>& shape, std::size_t axis) = 0;
};

/// Starts those that were found when the benchmark was built. MPI must be running. Collective.
std::vector<std::unique_ptr<peer>> make_peers();

/// Names of those that were not, with commas between them.
std::string peers_not_found();

} // namespace bench
