// The types that templates in the library are instantiated for.
#pragma once

#include <cstdint>

/// Calls a macro with every integer type, float and double. `long long` has the size of `long`, and
/// is converted to it by the callers.
#define TESSERA_FOR_ALL_INTEGERS(macro)                                                            \
  macro(signed char) macro(unsigned char) macro(short) macro(unsigned short) macro(int)            \
      macro(unsigned) macro(long) macro(unsigned long)
#define TESSERA_FOR_ALL_NUMBERS(macro) TESSERA_FOR_ALL_INTEGERS(macro) macro(float) macro(double)
