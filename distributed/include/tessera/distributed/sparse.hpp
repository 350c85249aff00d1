/// @file
/// Matrices of few elements, by rows over ranks.
#pragma once

#include <tessera/distributed/sparse/sparse_matrix.hpp>
