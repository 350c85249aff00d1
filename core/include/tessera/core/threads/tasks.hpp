/// @file
/// Tasks that may fail, such as the chunks of a file, which the threads of the process share.
#pragma once

#include <tessera/core/threads/pieces.hpp>

namespace tessera::detail {

/// Bytes that are worth another thread where they are hashed, packed, or moved from or to a file.
inline constexpr index_t least_bytes_of_tasks = index_t{1} << 18U;

/// Calls `run` for all tasks from 0 to `count`, each once: on the threads of the process, or one
/// after another where they have less than `least_bytes_of_tasks` each, and as `run_pieces` does.
/// They must not call MPI or HDF5, and need memory for as many of them as there are threads.
///
/// Of what tasks throw, that of the lowest one is thrown, as if they ran in turn: those before it
/// were done, and those behind it perhaps.
void run_tasks(index_t count, index_t bytes, piece_function run, void* context);

/// Calls f(k) for all tasks, which have `bytes` together, as `run_tasks`.
template <class F> void for_tasks(index_t count, index_t bytes, F&& f) {
  run_tasks(
      count, bytes,
      [](index_t k, void* context) { (*static_cast<std::remove_reference_t<F>*>(context))(k); },
      const_cast<void*>(static_cast<const void*>(&f)));
}

} // namespace tessera::detail
