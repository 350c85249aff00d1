/// @file
/// Small arrays of a shape known at compile time, in registers, on the stack and as elements of
/// arrays.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/core/fixed/components.hpp>
#include <tessera/core/fixed/fixed_class.hpp>
#include <tessera/core/fixed/fixed_elementwise.hpp>
#include <tessera/core/fixed/fixed_products.hpp>
#include <tessera/core/fixed/fixed_solve.hpp>
#include <tessera/core/fixed/fixed_text.hpp>

#pragma pop_macro("min")
#pragma pop_macro("max")
