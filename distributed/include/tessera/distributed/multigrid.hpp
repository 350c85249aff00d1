/// @file
/// Geometric multigrid on grids of any shape.
#pragma once

#include <tessera/distributed/multigrid/multigrid_class.hpp>
#include <tessera/distributed/multigrid/poisson_kernel.hpp>
#include <tessera/distributed/solvers.hpp>
