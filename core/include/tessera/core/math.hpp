/// @file
/// All mathematical functions on arrays.
#pragma once

#include <tessera/core/division.hpp>
#include <tessera/core/floating.hpp>
#include <tessera/core/operators.hpp>
#include <tessera/core/power.hpp>
#include <tessera/core/ufuncs.hpp>
#include <tessera/core/where.hpp>
