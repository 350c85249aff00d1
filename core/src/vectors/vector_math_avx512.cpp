// Vector mathematics for what is compiled for AVX-512.
#define TESSERA_FAMILY "avx512"
#define TESSERA_KERNEL_BYTES 64
#include "vectors/vector_math_family.hpp"
