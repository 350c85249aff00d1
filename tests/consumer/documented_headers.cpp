// A user's program as it was written before the headers had rooms: these paths stay.
#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/eig.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/exact_sum.hpp>
#include <tessera/core/linalg.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/random.hpp>
#include <tessera/core/roots.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/core/view.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/distribution.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/process_grid.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/run.hpp>
#include <tessera/io.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/checkpoint_generation.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/image.hpp>
#include <tessera/io/image_series.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/line_plot.hpp>
#include <tessera/io/members.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>
#include <tessera/io/numbered.hpp>
#include <tessera/io/shared_output_file.hpp>
#include <tessera/io/text.hpp>
#include <tessera/io/xdmf.hpp>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](const communicator& world) {
    const process_grid<2> grid(world);
    global_array<double, 2> u(grid, {12, 12}, halo<2>(1));
    global_array<double, 2> v(grid, {12, 12}, halo<2>(1));
    u.fill([](index_t i, index_t j) { return static_cast<double>(i * j); });
    v = 0.0;
    apply(v, u, [](auto c) { return c(1, 0) + c(-1, 0) - 2.0 * c(0, 0); });
    hdf5_file file = hdf5_file::create(world, "v.h5");
    file.write("v", v);
    file.commit();
    const ndarray<double, 2> whole = v(all, slice(1, -1)).gather_all();
    if (world.rank() == 0) save_npy("v.npy", whole);
  });
}
