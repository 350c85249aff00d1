/// @file
/// Errors of POSIX calls on files.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace tessera::detail {

/// Throws file_error "cannot write 'out.txt': No space left on device".
[[noreturn]] void throw_file_error(const char* verb, const std::string& path,
                                   const std::string& reason);
/// The same with the text of an `errno`.
[[noreturn]] void throw_file_error(const char* verb, const std::string& path, int code);

/// What the system says about an `errno`.
std::string system_message(int code);

/// One call moves no more than this: larger ones fail or fall short on some systems.
inline constexpr index_t largest_transfer = index_t{1} << 30U;

} // namespace tessera::detail
