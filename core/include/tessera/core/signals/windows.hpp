/// @file
/// Window functions: what samples are multiplied with before a transform.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera {

/// @name Windows
/// n weights that are symmetric and largest in the middle, as NumPy's functions of the same names
/// (`hanning` is von Hann's); of one value it is 1, of none there are none.
/// @throws shape_error for a negative n.
/// @{
ndarray<double, 1> bartlett(index_t n);
ndarray<double, 1> blackman(index_t n);
ndarray<double, 1> hamming(index_t n);
ndarray<double, 1> hanning(index_t n);
/// Kaiser's, the narrower the larger `beta` is.
ndarray<double, 1> kaiser(index_t n, double beta);
/// @}

} // namespace tessera
