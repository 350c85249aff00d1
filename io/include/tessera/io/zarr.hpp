/// @file
/// Zarr stores: the class, its members' bodies, and stores of one array.
#pragma once

#include <tessera/io/zarr/zarr_array.hpp>
#include <tessera/io/zarr/zarr_store_class.hpp>
#include <tessera/io/zarr/zarr_store_members.hpp>
