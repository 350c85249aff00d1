#include <tessera/core.hpp>
#ifdef MUST_NOT_COMPILE
#include <mpi.h>
#endif
