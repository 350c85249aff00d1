/// @file
/// The global array: its class, and its members' bodies.
#pragma once

#include <tessera/distributed/arrays/global_array_class.hpp>
#include <tessera/distributed/arrays/global_array_members.hpp>
