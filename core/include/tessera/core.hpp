/// @file
/// Everything in core but what is complex: local arrays, expressions, reductions, linear algebra,
/// polynomials, random numbers.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/core/attributes.hpp>
#include <tessera/core/axes.hpp>
#include <tessera/core/axis.hpp>
#include <tessera/core/bits.hpp>
#include <tessera/core/checksum.hpp>
#include <tessera/core/create.hpp>
#include <tessera/core/cumulative.hpp>
#include <tessera/core/diagonals.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/expression.hpp>
#include <tessera/core/field.hpp>
#include <tessera/core/format.hpp>
#include <tessera/core/grids.hpp>
#include <tessera/core/histogram.hpp>
#include <tessera/core/insert.hpp>
#include <tessera/core/join.hpp>
#include <tessera/core/linalg.hpp>
#include <tessera/core/map.hpp>
#include <tessera/core/mask.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/operators.hpp>
#include <tessera/core/pad.hpp>
#include <tessera/core/pick.hpp>
#include <tessera/core/polyfit.hpp>
#include <tessera/core/polynomial.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/random.hpp>
#include <tessera/core/ranges.hpp>
#include <tessera/core/reduce.hpp>
#include <tessera/core/repeat.hpp>
#include <tessera/core/reshape.hpp>
#include <tessera/core/search.hpp>
#include <tessera/core/sort.hpp>
#include <tessera/core/split.hpp>
#include <tessera/core/statistics.hpp>
#include <tessera/core/take.hpp>
#include <tessera/core/text.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/core/view.hpp>
#include <tessera/core/wrap.hpp>

#pragma pop_macro("min")
#pragma pop_macro("max")
