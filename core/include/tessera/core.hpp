/// @file
/// Everything in core: local arrays, expressions, reductions.
#pragma once

#include <tessera/core/axis.hpp>
#include <tessera/core/bits.hpp>
#include <tessera/core/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/expression.hpp>
#include <tessera/core/map.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/operators.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/reduce.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/core/view.hpp>
