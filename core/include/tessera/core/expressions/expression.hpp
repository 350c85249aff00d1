/// @file
/// Lazy elementwise expressions. An expression is a tree whose leaves are arrays; assigning it runs
/// one fused loop over all of them, without temporaries.
#pragma once

#include <tessera/core/expressions/assign.hpp>
#include <tessera/core/expressions/nodes.hpp>
