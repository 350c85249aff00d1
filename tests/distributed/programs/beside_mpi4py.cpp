// Exchanges arrays with beside_mpi4py.py, which is rank 1 of the same job.
#include <tessera/core/complex.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <complex>
#include <cstdint>
#include <iostream>
#include <string>
#include <typeinfo>

using namespace tessera;

namespace {

int failures = 0;

void check(bool right, const std::string& what) {
  if (right) return;
  ++failures;
  std::cout << "wrong: " << what << std::endl;
}

/// Sends, and gets the same reversed: into an array that is there, and as a new one.
template <class T> void exchange_with_python(const communicator& world, const ndarray<T, 1>& a) {
  const std::string type = typeid(T).name();
  send(world, a, 1);
  ndarray<T, 1> back(a.shape());
  const status from = recv(world, back, 1);
  check(from.source() == 1 && from.count() == a.size(), type + ": status");
  check(array_equal(back, a(slice(none, none, -1))), type);
  const auto again = recv<T, 1>(world, 1);
  check(array_equal(again, back), type + " as a new array");
  // Every other element, there and back.
  send(world, a(slice(none, none, 2)), 1);
  ndarray<T, 1> spread = a;
  recv(world, spread(slice(none, none, 2)), 1);
  check(array_equal(spread, a), type + ", every other");
}

void talk(const communicator& world) {
  exchange_with_python(world, ndarray<std::int32_t, 1>{1, -2, 3, 2147483647});
  exchange_with_python(world, ndarray<double, 1>{0.5, -1e300, 0.0});
  exchange_with_python(world, ndarray<std::complex<double>, 1>{{1, 2}, {-3, 0.25}});
  exchange_with_python(world, ndarray<bool, 1>{true, false, false, true, true});
  exchange_with_python(world, ndarray<double, 1>(arange(100000.0)));

  // An array of two axes travels to others without its shape.
  const ndarray<double, 2> m{{1, 2, 3}, {4, 5, 6}};
  send(world, ravel(m), 1);
  ndarray<double, 2> transposed = zeros(3, 2);
  recv(world, ravel(transposed), 1);
  check(array_equal(transposed, m.transpose()), "two axes");

  send(world, std::string("text"), 1);
  check(recv<std::string>(world, 1) == "TEXT", "text");
  send(world, 42, 1);
  check(recv<double>(world, 1) == 42.5, "a number");
}

} // namespace

int main(int argc, char** argv) {
  // Not by run, which waits for all ranks in the end: Python does not know of that.
  MPI_Init(&argc, &argv);
  check_arguments(false); // where they are checked, all messages say what they are
  talk(communicator::world());
  if (failures == 0) std::cout << "C++ is content" << std::endl;
  MPI_Finalize();
  return failures == 0 ? 0 : 1;
}
