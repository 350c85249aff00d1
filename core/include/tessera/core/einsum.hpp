/// @file
/// Sums of products by the names of axes: `einsum<"ij,jk->ik">(a, b)`.
#pragma once

#include <tessera/core/algebra/einsum.hpp>
