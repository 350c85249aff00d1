// What a rank reads and writes of another's by windows of MPI, by hand.
#pragma once

#include <mpi.h>

#include <string>
#include <vector>

namespace bench {

/// A matrix of doubles, cut by rows; every rank accesses a patch of the next rank's part.
struct one_sided_task {
  MPI_Comm comm;
  long rows;    // of each rank
  long columns; // of all
};
/// Rows and columns of a patch, which starts at the first element of the part.
struct patch {
  long rows;
  long columns;
};

/// One who does it.
class one_sided_way {
public:
  one_sided_way() = default;
  one_sided_way(const one_sided_way&) = delete;
  one_sided_way& operator=(const one_sided_way&) = delete;
  virtual ~one_sided_way() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  virtual void get(const patch& p, double* to) = 0;
  /// Done when it returns.
  virtual void put(const patch& p, const double* from) = 0;
  virtual void add(const patch& p, const double* from) = 0;
};

/// MPI_Get, MPI_Put and MPI_Accumulate of a strided type, each with a flush. Collective.
class window_by_hand : public one_sided_way {
public:
  explicit window_by_hand(const one_sided_task& task);
  ~window_by_hand() override;
  [[nodiscard]] std::string name() const override { return "MPI's windows, by hand"; }
  void get(const patch& p, double* to) override;
  void put(const patch& p, const double* from) override;
  void add(const patch& p, const double* from) override;

private:
  [[nodiscard]] MPI_Datatype type_of(const patch& p) const;

  one_sided_task task_;
  int target_ = 0;
  double* part_ = nullptr;
  MPI_Win window_ = MPI_WIN_NULL;
};

} // namespace bench
