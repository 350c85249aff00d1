/// @file
/// What stands on order, over ranks: sorting, selection, searching, sets.
#pragma once

#include <tessera/core/sorting.hpp>
#include <tessera/distributed/sorting/lexsort.hpp>
#include <tessera/distributed/sorting/search.hpp>
#include <tessera/distributed/sorting/select.hpp>
#include <tessera/distributed/sorting/sort.hpp>
#include <tessera/distributed/sorting/unique.hpp>
