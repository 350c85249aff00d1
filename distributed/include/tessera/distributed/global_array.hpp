/// @file
/// The global array: its class, its members' bodies, and what is done to whole ones.
#pragma once

#include <tessera/distributed/arrays/global_array_class.hpp>
#include <tessera/distributed/arrays/global_array_members.hpp>
#include <tessera/distributed/arrays/redistribute.hpp>
#include <tessera/distributed/arrays/several_halos.hpp>
