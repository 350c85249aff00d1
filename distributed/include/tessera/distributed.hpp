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
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/arrays/shift.hpp>
#include <tessera/distributed/blocks/boundary.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/distribution.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/functions/cumulative.hpp>
#include <tessera/distributed/functions/format.hpp>
#include <tessera/distributed/functions/join.hpp>
#include <tessera/distributed/functions/random.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/functions/statistics.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/measuring/communication_matrix.hpp>
#include <tessera/distributed/measuring/timeit.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/parallel_profile.hpp>
#include <tessera/distributed/process_grid.hpp>
#include <tessera/distributed/ranks/group.hpp>
#include <tessera/distributed/ranks/intercommunicator.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/run.hpp>
#include <tessera/distributed/sorting/lexsort.hpp>
#include <tessera/distributed/sorting/select.hpp>
#include <tessera/distributed/sorting/sort.hpp>
#include <tessera/distributed/sorting/unique.hpp>
#include <tessera/distributed/stencils/iterate.hpp>
#include <tessera/distributed/stencils/stencil.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>
#include <tessera/distributed/stop_requested.hpp>

#pragma pop_macro("min")
#pragma pop_macro("max")
