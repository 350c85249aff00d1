/// @file
/// How many threads a process computes with.
#pragma once

#include <tessera/core/errors/standard.hpp>

namespace tessera {

/// The threads of this process that large operations run on: what `set_threads` was given last,
/// else what the environment has in TESSERA_THREADS, which is read at the first use, else 1. Local.
///
/// Results have the same bits for every number of threads. With one, no thread is ever started.
/// @throws argument_error when TESSERA_THREADS is no number from 1 to 1024.
[[nodiscard]] int threads();

/// Lets large operations run on `count` threads, of which the calling one is one; the others are
/// started when they are needed first, and sleep while there is nothing to do. Local; to be called
/// by one thread at a time.
///
///     set_threads(2);
///     a = 2.0 * b + c; // each of two threads computes a half
///
/// Functions of the user's, such as those of `map`, are then called by several threads at once. An
/// operation runs on the calling thread alone where it is small, where another thread of the
/// program has one under way, and inside functions that an operation calls.
/// @throws argument_error when there are less than 1 or more than 1024; communication_error when
/// MPI runs, and was started without leave to have threads (MPI_THREAD_SINGLE).
void set_threads(int count);

} // namespace tessera
