// Vector mathematics for what is compiled for SSE2 alone.
#define TESSERA_FAMILY "sse"
#define TESSERA_KERNEL_BYTES 16
#include "vectors/vector_math_family.hpp"
