#include <tessera/distributed/messages.hpp>

#include <tessera/core/creation/create.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/text/text.hpp>

#include <array>
#include <utility>
#include <vector>

using namespace tessera;

struct named {
  double height;
  fixed_string<6> name;
};
TESSERA_MEMBERS(named, height, name);

void messages(const communicator& world) {
  const auto a = ones<double>(3);
  send(world, a, 1);
  std::vector<double> v(3);
  isend(world, v, 1).wait();
  isend(world, 1.0, 1).wait(); // copied
  static_cast<void>(allreduce(world, named{}, op::max));
#ifdef MUST_NOT_COMPILE
#if MUST_NOT_COMPILE == 1
  send(world, 2.0 * a, 1);
#elif MUST_NOT_COMPILE == 2
  send(world, "text", 1);
#elif MUST_NOT_COMPILE == 3
  isend(world, std::vector<double>(3), 1).wait();
#elif MUST_NOT_COMPILE == 4
  recv(world, a, 1);
#elif MUST_NOT_COMPILE == 5
  static_cast<void>(allreduce(world, named{}));
#elif MUST_NOT_COMPILE == 6
  isend(world, std::array<double, 3>{}, 1).wait();
#elif MUST_NOT_COMPILE == 7
  double sum = 0;
  iallreduce(world, 1.0, sum).wait();
#elif MUST_NOT_COMPILE == 8
  ndarray<double, 1> all(shape_t<1>{3});
  igather(world, std::vector<double>(3), all, 0).wait();
#endif
#endif
}
