/// @file
/// Element types as HDF5 describes them, in the forms that h5py writes and expects.
#pragma once

#include "hdf5_handle.hpp"

#include <tessera/io/dtype.hpp>

#include <optional>
#include <string>

namespace tessera::detail {

/// HDF5's description of an element type in memory: bool is an enumeration of FALSE and TRUE,
/// a complex number a compound of "r" and "i".
hdf5_handle hdf5_type(dtype type);

/// Text of any length in UTF-8, as h5py writes `str`.
hdf5_handle hdf5_string_type();

/// The element type that a stored type stands for, in any byte order; none where we have no such.
std::optional<dtype> stored_dtype(hid_t type);

/// The name of a member of a compound or an enumeration.
std::string stored_member_name(hid_t type, unsigned k);

/// "float64", "S16", "string" (of any length), "{x: float64, n: int32}": for people.
std::string stored_type_name(hid_t type);

/// Does every value of `from` have its place in `to`? NumPy's "safe" casting, without bool and
/// complex becoming anything else.
bool casts_safely(dtype from, dtype to);

} // namespace tessera::detail
