/// @file
/// Structs as elements of files: they are described as everywhere.
#pragma once

#include <tessera/core/members.hpp>
