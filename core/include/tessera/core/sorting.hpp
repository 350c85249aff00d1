/// @file
/// Sorting of structs and by orders of one's own, the largest of many, whether something is sorted.
#pragma once

#include <tessera/core/selection/sort_by.hpp>
