/// @file
/// What the blocks of C++ in docs/profiling.md take for granted.
#pragma once

#include <tessera/tessera.hpp>

#include <cstdio>

using namespace tessera;

struct context {
  explicit context(communicator& all_ranks) : world(all_ranks) {}

  communicator& world;
};
