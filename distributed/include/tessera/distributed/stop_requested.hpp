/// @file
/// Programs that are asked to end, and end in good order.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera {

/// Has a signal asked this rank to end since `run` began: SIGINT (Ctrl-C), SIGTERM (schedulers,
/// `mpirun` when it is to end), SIGUSR1 or SIGUSR2 (schedulers, ahead of time)? Local; as cheap as
/// reading a variable.
///
/// Who never asks is ended by these signals at once. The first call changes that: from then on the
/// first signal is only noted, and the program is to come to its end by itself, soon. Another one,
/// half a second later or more, ends it at once. So ask once before what takes long, and then in
/// every step or so. Signals for which the program has a handler of its own are not noted.
///
/// Of a job, all ranks or one may be sent the signal: where they go on together, they must also
/// stop together, by `stop_requested(comm)`.
bool stop_requested() noexcept;

/// Has any rank of the communicator been asked to end? The same answer on all ranks. Collective: an
/// Allreduce of one number.
///
///     stop_requested(); // from here on, signals are noted
///     for (int step = 0; step < steps; ++step) {
///       apply(v, u, kernel);
///       std::swap(u, v);
///       if (step % 100 == 0 && stop_requested(world)) break;
///     }
///     save_npy("u.npy", u);
///
/// `mpirun` (Open MPI 4.1) forwards SIGUSR1 and SIGUSR2, waits for the ranks and returns what they
/// return: `kill -USR1` of mpirun is how to ask for an end. After Ctrl-C or SIGTERM it sends the
/// ranks SIGTERM, SIGKILL a second later, and returns 1; `--mca odls_base_sigkill_timeout 30`
/// gives them half a minute.
bool stop_requested(const communicator& comm);

} // namespace tessera
