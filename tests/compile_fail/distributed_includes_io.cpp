#include <tessera/distributed.hpp>
#ifdef MUST_NOT_COMPILE
#include <tessera/io.hpp>
#endif
