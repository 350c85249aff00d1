/// @file
/// On how many threads BLAS runs. Its source is blas.cpp.
#pragma once

namespace tessera::detail {

/// Makes sure, once, that the ranks of a node do not fight over its cores: started by an MPI
/// launcher, BLAS runs on one thread in each process, unless the user has said otherwise by
/// OPENBLAS_NUM_THREADS or OMP_NUM_THREADS. Called before BLAS and LAPACK are.
///
/// A program that contains this function also lets OpenBLAS choose its kernels by the processor's
/// instructions, before main, where the processor's model is too new for it to know and the user
/// has not set OPENBLAS_CORETYPE.
void prepare_blas();

} // namespace tessera::detail
