// What a program leaves behind that it should have ended, told where calls are checked.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// Says on stderr which messages have come to this rank that it never received; afterwards they are
/// gone. Where calls are checked and no exception is on its way, else nothing.
void report_unreceived(const communicator& comm) noexcept;

/// The same of something that was dropped before its end; `advice` says what to do.
void report_dropped(const communicator& comm, const char* what, const char* advice) noexcept;

} // namespace tessera::detail
