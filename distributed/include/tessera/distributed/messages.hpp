/// @file
/// Messages between ranks, and collective calls on values, arrays and views. Objects need
/// <tessera/distributed/objects.hpp>.
#pragma once

#include <tessera/distributed/messages/exchange.hpp>
#include <tessera/distributed/messages/moves.hpp>
#include <tessera/distributed/messages/neighbours.hpp>
#include <tessera/distributed/messages/persistent_request.hpp>
#include <tessera/distributed/messages/point_to_point.hpp>
#include <tessera/distributed/messages/reduce_ranks.hpp>
#include <tessera/distributed/messages/remote_group.hpp>
#include <tessera/distributed/messages/values.hpp>
