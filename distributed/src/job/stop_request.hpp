// What a signal is that asks the program to end; see stop_requested.cpp.
#pragma once

namespace tessera::detail {

/// Notes a signal for `stop_requested`. False where it is to end the program now. Safe in a signal
/// handler.
bool take_as_stop_request(int number) noexcept;

/// The run is over.
void forget_stop_request() noexcept;

} // namespace tessera::detail
