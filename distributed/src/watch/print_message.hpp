// What a program says on its standard error.
#pragma once

#include <string>

namespace tessera::detail {

/// "heat: ..."; what was printed before stands before it.
void print_message(const char* program_name, const std::string& message);

} // namespace tessera::detail
