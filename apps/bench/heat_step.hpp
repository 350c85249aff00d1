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

/// A system that is solved, again and again from zero.
class solver_run {
public:
  virtual ~solver_run() = default;
  virtual void run() = 0;
  /// After the last run.
  [[nodiscard]] virtual double residual() = 0;
  [[nodiscard]] virtual long iterations() = 0;
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
  /// So many iterations of conjugate gradients for the Laplacian of seven points (6 and -1) on a
  /// cube of n points along each axis, for a right-hand side of ones; nothing where it has none.
  /// Collective.
  [[nodiscard]] virtual std::unique_ptr<solver_run> make_cg(MPI_Comm /*comm*/, long /*n*/,
                                                            int /*iterations*/) {
    return nullptr;
  }
  /// The same system by multigrid cycles, until the residual has come down so far. Collective.
  [[nodiscard]] virtual std::unique_ptr<solver_run> make_multigrid(MPI_Comm /*comm*/, long /*n*/,
                                                                   double /*tolerance*/) {
    return nullptr;
  }
};

/// Starts those that were found when the benchmark was built. MPI must be running. Collective.
std::vector<std::unique_ptr<peer>> make_peers();

/// Names of those that were not, with commas between them.
std::string peers_not_found();

} // namespace bench
