// Global Arrays' copy and transpose between arrays of two distributions.
#include "transfer_peers.hpp"

#include <cstdio> // ga.h needs it
#include <ga.h>
#include <macdecls.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace bench {

namespace {

/// Up until MPI ends: it cannot be started a second time. A transpose needs room for a block.
void start_once(const transfer_task& task) {
  static bool started = false;
  if (std::exchange(started, true)) return;
  GA_Initialize();
  const Integer doubles = 4'000'000 + task.n * task.n / GA_Nnodes(); // the arrays lie elsewhere
  if (!MA_init(C_DBL, doubles, doubles))
    throw std::runtime_error("Global Arrays: no memory for buffers");
}

class global_arrays_transfer : public transfer_peer {
public:
  explicit global_arrays_transfer(const transfer_task& task) : task_(task) {
    start_once(task);
    from_ = make_array(-1, 0);
    to_ = task.turned ? make_array(-1, 0) : make_array(0, -1);
    visit(from_, [&](double& x, long i, long j) { x = element_of(task_, i, j); });
    GA_Sync();
  }
  ~global_arrays_transfer() override {
    GA_Destroy(to_);
    GA_Destroy(from_);
  }
  [[nodiscard]] std::string name() const override {
    return task_.turned ? "Global Arrays transpose" : "Global Arrays copy";
  }
  void run() override {
    if (task_.turned)
      GA_Transpose(from_, to_);
    else
      GA_Copy(from_, to_);
  }
  [[nodiscard]] bool has_arrays() const override { return true; }
  [[nodiscard]] bool is_right() const override {
    bool all = true;
    visit(to_, [&](const double& x, long i, long j) {
      all = all && x == (task_.turned ? element_of(task_, j, i) : element_of(task_, i, j));
    });
    return all;
  }

private:
  /// Cut along the axis whose smallest part is given as -1.
  [[nodiscard]] int make_array(int rows, int columns) const {
    const int n = static_cast<int>(task_.n);
    std::array<int, 2> sizes{n, n};
    std::array<int, 2> smallest{rows < 0 ? rows : n, columns < 0 ? columns : n};
    char name[] = "matrix";
    const int array = NGA_Create(C_DBL, 2, sizes.data(), name, smallest.data());
    if (array == 0) throw std::runtime_error("Global Arrays: cannot make an array");
    return array;
  }

  template <class Visit> static void visit(int array, Visit each) {
    std::array<int, 2> low{};
    std::array<int, 2> high{};
    NGA_Distribution(array, GA_Nodeid(), low.data(), high.data());
    if (low[0] < 0) return;
    double* part = nullptr;
    int step = 0;
    NGA_Access(array, low.data(), high.data(), &part, &step);
    for (long i = low[0]; i <= high[0]; ++i)
      for (long j = low[1]; j <= high[1]; ++j) each(part[(i - low[0]) * step + j - low[1]], i, j);
    NGA_Release_update(array, low.data(), high.data());
  }

  transfer_task task_;
  int from_ = 0;
  int to_ = 0;
};

} // namespace

std::unique_ptr<transfer_peer> make_global_arrays_transfer(const transfer_task& task) {
  return std::make_unique<global_arrays_transfer>(task);
}

} // namespace bench
