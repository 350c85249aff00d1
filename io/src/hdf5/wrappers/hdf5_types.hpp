/// @file
/// Element types as HDF5 describes them, in the forms that h5py writes and expects.
///
/// Its parts lie in hdf5_types.cpp, hdf5_numbers.cpp, hdf5_casts.cpp, hdf5_subset_type.cpp and
/// hdf5_type_names.cpp.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"
#include "types/number_convert.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// HDF5's description of an element type in memory: bool is an enumeration of FALSE and TRUE,
/// a complex number a compound of "r" and "i".
/// Text has the character set of the type that is stored, and parts of complex numbers their names
/// there, if one is given.
hdf5_handle hdf5_type(dtype type, hid_t stored = H5I_INVALID_HID);
/// A complex number of a size in bytes, whose parts are called so.
hdf5_handle hdf5_complex_type(int size, const std::string& real, const std::string& imaginary);

/// Text of any length in UTF-8, as h5py writes `str`.
hdf5_handle hdf5_string_type();

/// How a number or a text of fixed length is stored: integers of any size up to 8 bytes, with bits
/// that are not theirs; enumerations and bitfields as integers, h5py's bool as bool; floats in
/// formats that a double holds. None of other types.
std::optional<stored_number> stored_number_of(hid_t type);

/// A complex number: a compound of two equal floats that are called as one of those who write such
/// files calls them (h5py's r and i, real and imag, ...), and where they are.
struct stored_complex {
  stored_number part;
  index_t real;
  index_t imaginary;
  std::string real_name{};
  std::string imaginary_name{};
};
std::optional<stored_complex> stored_complex_of(hid_t type);

/// The element type that a stored type stands for, in any byte order: the smallest that holds all
/// of its values; none where we have no such.
std::optional<dtype> stored_dtype(hid_t type);

/// The name of a member of a compound or an enumeration.
std::string stored_member_name(hid_t type, unsigned k);

/// "float64", "S16", "string" (of any length), "{x: float64, n: int32}": for people.
std::string stored_type_name(hid_t type);

/// The shape of a stored array type.
std::vector<index_t> stored_array_shape(hid_t type);

/// How elements of a stored type are read as `wanted`; where they cannot be, `problem` says why.
/// They can when every value has its place there (`holds_all_values`); members of structs are found
/// by their names.
element_conversion conversion_from(hid_t stored, dtype wanted, std::string& problem);
/// Are elements in memory partly elsewhere: text of any length, sequences, references?
bool has_pointers(hid_t stored);
/// Bytes that such an element takes in its place in the file; lengths and references have their
/// usual sizes.
index_t bytes_in_file(hid_t stored);
/// The type of elements as HDF5 is asked for them: the stored one, without conversion; of a struct
/// with members that are elsewhere, only the members that are wanted.
hdf5_handle type_to_read(hid_t stored, dtype wanted);
/// Only why they cannot be read; empty when they can.
std::string why_not_readable(hid_t stored, dtype wanted);
/// The conversion of elements that are read as they are stored, where there is a type for that: for
/// half precision it is float.
std::optional<element_conversion> conversion_from(hid_t stored);

} // namespace tessera::detail
