/// @file
/// Says in one line that C++20 is needed. Every header includes it, by way of others or itself.
#pragma once

#if !defined(__cpp_concepts) || __cplusplus < 201907L
#error "Tessera needs C++20: compile with -std=c++20, or link tessera::core with CMake"
// Ends the compilation, which would go on with thousands of errors otherwise.
#include <tessera needs -std=c++20>
#endif
