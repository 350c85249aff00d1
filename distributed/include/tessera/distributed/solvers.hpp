/// @file
/// Iterative solvers for operators that are functions: conjugate gradients and their like.
#pragma once

#include <tessera/distributed/solvers/bicgstab.hpp>
#include <tessera/distributed/solvers/cg.hpp>
#include <tessera/distributed/solvers/chebyshev.hpp>
#include <tessera/distributed/solvers/gmres.hpp>
#include <tessera/distributed/solvers/jacobi.hpp>
