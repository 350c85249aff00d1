/// @file
/// All of Tessera.
#pragma once

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io.hpp>
