/// @file
/// Sparse matrices in files of the Matrix Market.
#pragma once

#include <tessera/io/matrix_market/read_matrix_market.hpp>
