/// @file
/// Text files, both ways.
#pragma once

#include <tessera/io/loadtxt.hpp>
#include <tessera/io/savetxt.hpp>
