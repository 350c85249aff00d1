/// @file
/// All of linear algebra on real results; for `eig` and `eigvals`, whose results are complex,
/// include <tessera/core/eig.hpp>.
#pragma once

#include <tessera/core/algebra/decompose.hpp>
#include <tessera/core/algebra/matmul.hpp>
#include <tessera/core/algebra/matrix_norm.hpp>
#include <tessera/core/algebra/products.hpp>
#include <tessera/core/algebra/solve.hpp>
