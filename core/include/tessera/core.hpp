/// @file
/// Everything in core but what is complex: local arrays, expressions, reductions, linear algebra,
/// polynomials, random numbers.
#pragma once

#include <tessera/core/axis.hpp>
#include <tessera/core/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/expression.hpp>
#include <tessera/core/linalg.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/operators.hpp>
#include <tessera/core/polyfit.hpp>
#include <tessera/core/polynomial.hpp>
#include <tessera/core/random.hpp>
#include <tessera/core/reduce.hpp>
#include <tessera/core/view.hpp>
