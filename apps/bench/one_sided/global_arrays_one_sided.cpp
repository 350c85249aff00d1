// Global Arrays' get, put and accumulate.
#ifdef TESSERA_HAS_GLOBAL_ARRAYS // told by peers.cmake
#include "one_sided_peers.hpp"

#include <cstdio> // ga.h needs it
#include <ga.h>
#include <macdecls.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace bench {

namespace {

/// Up until MPI ends: it cannot be started a second time.
void start_once(const one_sided_task& task) {
  static bool started = false;
  if (std::exchange(started, true)) return;
  GA_Initialize();
  const Integer doubles = 4'000'000 + task.rows * task.columns; // the arrays lie elsewhere
  if (!MA_init(C_DBL, doubles, doubles))
    throw std::runtime_error("Global Arrays: no memory for buffers");
}

class global_arrays_one_sided : public one_sided_way {
public:
  explicit global_arrays_one_sided(const one_sided_task& task) : task_(task) {
    start_once(task);
    const int ranks = GA_Nnodes();
    target_ = (GA_Nodeid() + 1) % ranks;
    std::array<int, 2> sizes{static_cast<int>(task.rows) * ranks, static_cast<int>(task.columns)};
    std::array<int, 2> smallest{-1, static_cast<int>(task.columns)};
    char name[] = "matrix";
    array_ = NGA_Create(C_DBL, 2, sizes.data(), name, smallest.data());
    if (array_ == 0) throw std::runtime_error("Global Arrays: cannot make an array");
    double zero = 0.0;
    GA_Fill(array_, &zero);
    GA_Sync();
  }
  ~global_arrays_one_sided() override { GA_Destroy(array_); }
  [[nodiscard]] std::string name() const override { return "Global Arrays"; }
  void get(const patch& p, double* to) override {
    const corners c = corners_of(p);
    NGA_Get(array_, c.low, c.high, to, c.step);
  }
  void put(const patch& p, const double* from) override {
    const corners c = corners_of(p);
    NGA_Put(array_, c.low, c.high, const_cast<double*>(from), c.step);
  }
  void add(const patch& p, const double* from) override {
    const corners c = corners_of(p);
    double one = 1.0;
    NGA_Acc(array_, c.low, c.high, const_cast<double*>(from), c.step, &one);
  }

private:
  struct corners {
    mutable int low[2];
    mutable int high[2];
    mutable int step[1];
  };
  [[nodiscard]] corners corners_of(const patch& p) const {
    const int first = target_ * static_cast<int>(task_.rows);
    const int columns = static_cast<int>(p.columns);
    return {{first, 0}, {first + static_cast<int>(p.rows) - 1, columns - 1}, {columns}};
  }
  one_sided_task task_;
  int target_ = 0;
  int array_ = 0;
};

} // namespace

std::unique_ptr<one_sided_way> make_global_arrays_one_sided(const one_sided_task& task) {
  return std::make_unique<global_arrays_one_sided>(task);
}

} // namespace bench

#endif
