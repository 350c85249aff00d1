/// @file
/// Several reductions over ranks in one message.
#pragma once

#include <tessera/distributed/functions/reduce_all.hpp>
