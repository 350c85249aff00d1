/// @file
/// Sums of products by the names of axes, and the products that follow from them, of global arrays:
/// `einsum<"ijk,kl->ijl">(u, table)`, `tensordot`, `kron`.
#pragma once

#include <tessera/distributed/functions/einsum.hpp>
