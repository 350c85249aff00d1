/// @file
/// All mathematical functions on arrays.
#pragma once

#include <tessera/core/elements/division.hpp>
#include <tessera/core/elements/floating.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/elements/power.hpp>
#include <tessera/core/elements/ufuncs.hpp>
#include <tessera/core/elements/where.hpp>
