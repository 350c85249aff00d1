// Ghost cells of Global Arrays.
#include "peers.hpp"

#include <cstdio> // ga.h needs it
#include <ga.h>
#include <macdecls.h>

#include <array>
#include <stdexcept>

namespace bench {

namespace {

class global_arrays_halo : public halo_update {
public:
  global_arrays_halo(const std::vector<long>& shape, std::size_t axis) {
    std::array<int, 3> sizes{};
    std::array<int, 3> chunk{};
    std::array<int, 3> width{}; // of the axis that is cut; others would cost time here
    for (std::size_t k = 0; k < shape.size(); ++k) chunk[k] = sizes[k] = static_cast<int>(shape[k]);
    chunk[axis] = -1; // cut this axis, and no other
    width[axis] = 1;
    char name[] = "halo";
    u_ = NGA_Create_ghosts(C_DBL, static_cast<int>(shape.size()), sizes.data(), width.data(), name,
                           chunk.data());
    if (u_ == 0) throw std::runtime_error("Global Arrays: cannot make an array");
    double one = 1.0;
    GA_Fill(u_, &one);
  }
  global_arrays_halo(const global_arrays_halo&) = delete;
  global_arrays_halo& operator=(const global_arrays_halo&) = delete;
  ~global_arrays_halo() override { GA_Destroy(u_); }

  void run() override {
    GA_Sync(); // the others have written what is fetched
    ga_nbhdl_t update{};
    NGA_Update_ghosts_nb(u_, &update);
    NGA_NbWait(&update);
  }

private:
  int u_ = 0;
};

} // namespace

std::unique_ptr<halo_update> make_global_arrays_halo(const std::vector<long>& shape,
                                                     std::size_t axis) {
  return std::make_unique<global_arrays_halo>(shape, axis);
}

} // namespace bench
