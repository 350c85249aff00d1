/// @file
/// Errors of POSIX calls on files.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace tessera::detail {

/// Throws file_error "cannot write 'out.txt': No space left on device".
[[noreturn]] void throw_file_error(const char* verb, const std::string& path,
                                   const std::string& reason);
/// Throws format_error "cannot read 'a.npy': it ends inside the header".
[[noreturn]] void throw_format_error(const std::string& path, const std::string& reason);
/// The same with the text of an `errno`, as file_not_found_error, disk_full_error or file_error.
[[noreturn]] void throw_file_error(const char* verb, const std::string& path, int code);

/// What the system says about an `errno`.
std::string system_message(int code);

/// One call moves no more than this: larger ones fail or fall short on some systems.
inline constexpr index_t largest_transfer = index_t{1} << 30U;

} // namespace tessera::detail
