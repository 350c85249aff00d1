/// @file
/// Lists of records that move to their owners, as particles do.
#pragma once

#include <tessera/distributed/records/record_mover.hpp>
