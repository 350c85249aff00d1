/// @file
/// Norms over ranks. The other functions of numpy.linalg are those of
/// <tessera/matrices/linalg.hpp>, by ScaLAPACK; products are in <tessera/distributed.hpp>.
#pragma once

#include <tessera/distributed/algebra/norms.hpp>
