/// @file
/// Text files, both ways.
#pragma once

#include <tessera/io/text/loadtxt.hpp>
#include <tessera/io/text/savetxt.hpp>
