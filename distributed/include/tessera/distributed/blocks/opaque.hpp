/// @file
/// Functions that the compiler optimises inside, and about whose calls it assumes nothing.
#pragma once

#include <tessera/core/errors/standard.hpp>

/// What is called in such a function is inlined there, as far as it can be seen. So
/// `__builtin_constant_p` tells there what holds for every call.
#ifdef __clang__
#define TESSERA_OPAQUE [[gnu::noinline, gnu::flatten]]
#else
#define TESSERA_OPAQUE [[gnu::noipa, gnu::flatten]]
#endif
