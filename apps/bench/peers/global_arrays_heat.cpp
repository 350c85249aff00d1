// Global Arrays, whose ghost cells are what Tessera calls a halo.
#include "heat_row.hpp"
#include "peers.hpp"

#include <cstdio> // ga.h needs it
#include <ga.h>
#include <macdecls.h>
#include <string>

#include <array>
#include <stdexcept>

namespace bench {

namespace {

/// The part of a global array that this rank owns, as long as this lives.
class local_part {
public:
  explicit local_part(int array) : array_(array) {
    std::array<int, 3> sizes{};
    std::array<int, 3> pitches{};
    NGA_Access_ghosts(array_, sizes.data(), &data_, pitches.data());
  }
  local_part(const local_part&) = delete;
  local_part& operator=(const local_part&) = delete;
  ~local_part() { NGA_Release_update_ghosts(array_); }

  /// The halo comes first.
  [[nodiscard]] double* data() const { return data_; }

private:
  int array_;
  double* data_ = nullptr;
};

class global_arrays_heat : public heat_step {
public:
  explicit global_arrays_heat(const std::vector<long>& shape);
  global_arrays_heat(const global_arrays_heat&) = delete;
  global_arrays_heat& operator=(const global_arrays_heat&) = delete;
  ~global_arrays_heat() override;

  [[nodiscard]] std::string name() const override { return "Global Arrays"; }
  void step() override;
  void exchange() override;
  [[nodiscard]] double sum() override;

private:
  ga_nbhdl_t start_exchange() const;
  static int make_array(const std::vector<long>& shape);
  void fill(int array) const;
  void compute(double* v, const double* u, long first, long last) const;

  long total_; // rows (planes) of the field
  long rows_;  // of a plane; 1 in 2-D
  long columns_;
  long slab_; // doubles from one row (plane) to the next
  int u_;
  int v_;
  long first_ = 0; // row (plane) owned
  long slabs_ = 0; // owned
};

int global_arrays_heat::make_array(const std::vector<long>& shape) {
  std::array<int, 3> sizes{};
  std::array<int, 3> chunk{};
  for (std::size_t k = 0; k < shape.size(); ++k) chunk[k] = sizes[k] = static_cast<int>(shape[k]);
  chunk[0] = -1; // cut this axis, and no other
  // Nobody reads beyond the ends of the other axes: no halo there spares it to fill them.
  std::array<int, 3> width{1, 0, 0};
  char name[] = "heat";
  const int array = NGA_Create_ghosts(C_DBL, static_cast<int>(shape.size()), sizes.data(),
                                      width.data(), name, chunk.data());
  if (array == 0) throw std::runtime_error("Global Arrays: cannot make an array");
  return array;
}

global_arrays_heat::global_arrays_heat(const std::vector<long>& shape)
    : total_(shape[0]), rows_(shape.size() == 3 ? shape[1] : 1), columns_(shape.back()),
      slab_(rows_ * columns_), u_(make_array(shape)), v_(make_array(shape)) {
  std::array<int, 3> low{};
  std::array<int, 3> high{};
  NGA_Distribution(u_, GA_Nodeid(), low.data(), high.data());
  first_ = low[0];
  slabs_ = high[0] - low[0] + 1;
  fill(u_);
  fill(v_);
}

global_arrays_heat::~global_arrays_heat() {
  GA_Destroy(v_);
  GA_Destroy(u_);
}

void global_arrays_heat::fill(int array) const {
  const local_part part(array);
  double* const u = part.data() + slab_;
  for (long s = 0; s < slabs_; ++s)
    for (long r = 0; r < rows_; ++r)
      for (long c = 0; c < columns_; ++c)
        u[s * slab_ + r * columns_ + c] = first_heat(first_ + s, r, c);
}

void global_arrays_heat::compute(double* v, const double* u, long first, long last) const {
  // The first and last of the field are kept.
  first = std::max(first, 1 - first_);
  last = std::min(last, total_ - 1 - first_);
  const auto row = [&](long s, long r) { return s * slab_ + r * columns_; };
  if (rows_ == 1)
    for (long s = first; s < last; ++s)
      heat_row(v + row(s, 0), u + row(s, 0), u + row(s - 1, 0), u + row(s + 1, 0), columns_);
  else
    for_inner_rows(first, last, rows_, [&](long s, long r) {
      heat_row(v + row(s, r), u + row(s, r), u + row(s - 1, r), u + row(s + 1, r),
               u + row(s, r - 1), u + row(s, r + 1), columns_);
    });
}

/// GA_Update_ghosts does the same with another barrier at its end, and overlaps with nothing.
ga_nbhdl_t global_arrays_heat::start_exchange() const {
  // The others have finished this field, and do not write it before the next step.
  GA_Sync();
  ga_nbhdl_t update{};
  NGA_Update_ghosts_nb(u_, &update);
  return update;
}

void global_arrays_heat::exchange() {
  ga_nbhdl_t update = start_exchange();
  NGA_NbWait(&update);
}

void global_arrays_heat::step() {
  ga_nbhdl_t update = start_exchange();
  {
    const local_part from(u_);
    const local_part to(v_);
    const double* const u = from.data() + slab_;
    double* const v = to.data() + slab_;
    compute(v, u, 1, slabs_ - 1);
    NGA_NbWait(&update);
    compute(v, u, 0, std::min(1L, slabs_));
    if (slabs_ > 1) compute(v, u, slabs_ - 1, slabs_);
  }
  std::swap(u_, v_);
}

double global_arrays_heat::sum() {
  double result = 0;
  {
    const local_part part(u_);
    const double* const u = part.data() + slab_;
    for (long at = 0; at < slabs_ * slab_; ++at) result += u[at];
  }
  char plus[] = "+";
  GA_Dgop(&result, 1, plus);
  return result;
}

class global_arrays : public peer {
public:
  global_arrays() {
    GA_Initialize();
    constexpr Integer doubles = 4'000'000; // for its buffers; the arrays lie elsewhere
    if (!MA_init(C_DBL, doubles, doubles))
      throw std::runtime_error("Global Arrays: no memory for buffers");
  }
  ~global_arrays() override { GA_Terminate(); }

  /// It works on all ranks of the world.
  [[nodiscard]] std::vector<std::unique_ptr<heat_step>>
  make_heats(MPI_Comm, const std::vector<long>& shape) override {
    std::vector<std::unique_ptr<heat_step>> one;
    one.push_back(std::make_unique<global_arrays_heat>(shape));
    return one;
  }
  [[nodiscard]] std::string name() const override { return "GA"; }
  [[nodiscard]] std::unique_ptr<halo_update> make_halo(MPI_Comm, const std::vector<long>& shape,
                                                       std::size_t axis) override {
    return make_global_arrays_halo(shape, axis);
  }
};

} // namespace

std::unique_ptr<peer> make_global_arrays() { return std::make_unique<global_arrays>(); }

} // namespace bench
