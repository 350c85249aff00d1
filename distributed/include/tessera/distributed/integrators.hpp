/// @file
/// Steps in time, for one field or several.
#pragma once

#include <tessera/distributed/integrators/explicit_steps.hpp>
#include <tessera/distributed/integrators/leapfrog.hpp>
