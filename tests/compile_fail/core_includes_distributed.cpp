#include <tessera/core.hpp>
#ifdef MUST_NOT_COMPILE
#include <tessera/distributed.hpp>
#endif
