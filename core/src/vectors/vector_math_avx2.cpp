// Vector mathematics for what is compiled for AVX2.
#define TESSERA_FAMILY "avx2"
#define TESSERA_KERNEL_BYTES 32
#include "vectors/vector_math_family.hpp"
