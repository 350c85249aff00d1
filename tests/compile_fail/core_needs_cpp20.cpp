#ifdef MUST_NOT_COMPILE
#undef __cpp_concepts
#endif
#include <tessera/core.hpp>
