/// @file
/// Everything in core but what is complex: local arrays, expressions, reductions, linear algebra,
/// polynomials, random numbers.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/core/algebra/polyfit.hpp>
#include <tessera/core/algebra/polynomial.hpp>
#include <tessera/core/arrays/attributes.hpp>
#include <tessera/core/arrays/member_view.hpp>
#include <tessera/core/arrays/wrap.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/core/creation/diagonals.hpp>
#include <tessera/core/creation/grids.hpp>
#include <tessera/core/creation/places.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/elements/bits.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/elements/special.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/expressions/map.hpp>
#include <tessera/core/linalg.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/random.hpp>
#include <tessera/core/reductions/cumulative.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/reductions/reduce_numbers.hpp>
#include <tessera/core/reductions/trapezoid.hpp>
#include <tessera/core/selection/mask.hpp>
#include <tessera/core/selection/pick.hpp>
#include <tessera/core/selection/search.hpp>
#include <tessera/core/selection/sort.hpp>
#include <tessera/core/selection/take.hpp>
#include <tessera/core/shapes/apply_along_axis.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/shapes/insert.hpp>
#include <tessera/core/shapes/join.hpp>
#include <tessera/core/shapes/pad.hpp>
#include <tessera/core/shapes/repeat.hpp>
#include <tessera/core/shapes/reshape.hpp>
#include <tessera/core/shapes/split.hpp>
#include <tessera/core/signals/convolve.hpp>
#include <tessera/core/signals/interp.hpp>
#include <tessera/core/signals/unwrap.hpp>
#include <tessera/core/signals/windows.hpp>
#include <tessera/core/statistics/checksum.hpp>
#include <tessera/core/statistics/covariance.hpp>
#include <tessera/core/statistics/histogram.hpp>
#include <tessera/core/statistics/nan_functions.hpp>
#include <tessera/core/statistics/statistics.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/core/view.hpp>
#include <tessera/core/views/axis.hpp>

#pragma pop_macro("min")
#pragma pop_macro("max")
