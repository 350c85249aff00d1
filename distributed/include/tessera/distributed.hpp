/// @file
/// Everything in distributed: global arrays, halos, stencils, transfers, reductions over ranks.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/core.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/axes.hpp>
#include <tessera/distributed/boundary.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/copy.hpp>
#include <tessera/distributed/create.hpp>
#include <tessera/distributed/cumulative.hpp>
#include <tessera/distributed/distribution.hpp>
#include <tessera/distributed/format.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/iterate.hpp>
#include <tessera/distributed/join.hpp>
#include <tessera/distributed/process_grid.hpp>
#include <tessera/distributed/random.hpp>
#include <tessera/distributed/rearrange.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/run.hpp>
#include <tessera/distributed/shared_memory.hpp>
#include <tessera/distributed/shift.hpp>
#include <tessera/distributed/statistics.hpp>
#include <tessera/distributed/stencil.hpp>
#include <tessera/distributed/stencil_fields.hpp>

#pragma pop_macro("min")
#pragma pop_macro("max")
