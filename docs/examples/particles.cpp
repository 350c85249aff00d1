// particles.cpp: a struct that is described once, in messages, reductions, files and print.
#include <tessera/core/members.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/tessera.hpp>

using namespace tessera;

struct particle {
  std::array<double, 2> position;
  double mass;
  int id;
};
TESSERA_MEMBERS(particle, position, mass, id);

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    ndarray<particle, 1> mine(shape_t<1>{2});
    for (int k = 0; k < 2; ++k) mine(k) = {{0.1 * k, 0.5}, 1.5, 2 * world.rank() + k};

    // Messages take any struct; here to the right, and from the left.
    const int right = (world.rank() + 1) % world.size();
    const int left = (world.rank() + world.size() - 1) % world.size();
    const auto theirs = sendrecv<ndarray<particle, 1>>(world, mine, right, left);

    // Member by member: sums of floating-point members are exact.
    const auto sums = allreduce(world, mine);
    const auto largest = allreduce(world, mine, op::max);

    // Files and text know the members by their names.
    if (world.rank() == 0) {
      print(largest);                  // [([0. , 0.5], 1.5, 0) ([0.1, 0.5], 1.5, 1)] on one rank
      save_npy("particles.npy", mine); // numpy.load("particles.npy")["mass"]
    }
    hdf5_file file = hdf5_file::create(world, "particles.h5");
    file.write("largest", largest); // h5py: file["largest"]["id"]
    file.commit();

    const bool is_right = theirs(0).id == 2 * left && sums(1).mass == 1.5 * world.size() &&
                          largest(1).id == 2 * world.size() - 1;
    return is_right ? 0 : 1;
  });
}
