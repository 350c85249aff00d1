/// @file
/// Everything in core: local arrays, expressions, reductions.
#pragma once

#include <tessera/core/axis.hpp>
#include <tessera/core/create.hpp>
#include <tessera/core/cumulative.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/expression.hpp>
#include <tessera/core/histogram.hpp>
#include <tessera/core/mask.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/operators.hpp>
#include <tessera/core/reduce.hpp>
#include <tessera/core/search.hpp>
#include <tessera/core/sort.hpp>
#include <tessera/core/statistics.hpp>
#include <tessera/core/take.hpp>
#include <tessera/core/view.hpp>
