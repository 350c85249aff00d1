/// @file
/// All of Tessera.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#pragma pop_macro("min")
#pragma pop_macro("max")
