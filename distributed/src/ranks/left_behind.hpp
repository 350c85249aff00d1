// What a program leaves behind that it should have ended, told where calls are checked.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <atomic>
#include <string>

namespace tessera::detail {

/// Says on stderr which messages have come to this rank that it never received; afterwards they are
/// gone. Where calls are checked and no exception is on its way, else nothing.
void report_unreceived(const communicator& comm) noexcept;

/// The same of something that was dropped before its end; `advice` says what to do.
void report_dropped(const communicator& comm, const char* what, const char* advice) noexcept;

/// Notices from now on when MPI_Comm_free is called for this handle by others than who owns it. One
/// of ours is not freed then, lest MPI gives the handle to another communicator; calls refuse it.
void watch_handle(MPI_Comm handle, bool is_ours);
/// Of one of ours that nobody refers to any more.
void free_handle(MPI_Comm handle) noexcept;
/// How many were freed by somebody else.
extern constinit std::atomic<int> freed_communicators;
/// Has somebody else called MPI_Comm_free for it?
bool is_freed(MPI_Comm handle) noexcept;
/// Throws communication_error, naming the call: MPI would read what is no longer there.
void check_not_freed(MPI_Comm handle);
/// " (barrier at heat.cpp:41)", the call of the user's, as far as is known.
std::string text_of_call();

} // namespace tessera::detail
