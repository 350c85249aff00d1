/// @file
/// All of linear algebra on real results; for `eig` and `eigvals`, whose results are complex,
/// include <tessera/core/eig.hpp>.
#pragma once

#include <tessera/core/decompose.hpp>
#include <tessera/core/matmul.hpp>
#include <tessera/core/matrix_norm.hpp>
#include <tessera/core/products.hpp>
#include <tessera/core/solve.hpp>
