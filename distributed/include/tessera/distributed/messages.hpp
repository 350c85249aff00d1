/// @file
/// Messages between ranks, and collective calls on values, arrays and views. Objects need
/// <tessera/distributed/objects.hpp>.
#pragma once

#include <tessera/distributed/collective/exchange.hpp>
#include <tessera/distributed/collective/moves.hpp>
#include <tessera/distributed/collective/neighbours.hpp>
#include <tessera/distributed/collective/reduce_ranks.hpp>
#include <tessera/distributed/collective/remote_group.hpp>
#include <tessera/distributed/collective/values.hpp>
#include <tessera/distributed/messages/persistent_request.hpp>
#include <tessera/distributed/messages/point_to_point.hpp>
