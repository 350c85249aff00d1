#include <tessera/core.hpp>

#include <string>

struct trivial {
  char text[8];
};
#ifdef MUST_NOT_COMPILE
using element = std::string;
#else
using element = trivial;
#endif

tessera::ndarray<element, 1> make() { return tessera::ndarray<element, 1>(tessera::shape_t<1>{3}); }
