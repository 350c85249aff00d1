/// @file
/// NumPy's descriptions of element types.
#pragma once

#include <tessera/io/npy/npy_header.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tessera::detail {

/// The type that a description names, such as "<f8", if files of it can be read here. That of a
/// struct has no members yet.
std::optional<npy_type> npy_type_of(std::string_view descr);

/// What numpy.save writes for a type: "'<f8'", "[('x', '<f8'), ('n', '<i4', (3,))]".
/// @throws argument_error for names of members that are not plain ASCII.
std::string npy_descr(dtype type);

/// Finds the members of the wanted struct among those of a file, by their names.
/// @returns why they cannot be read; empty when they can.
std::string match_npy_record(npy_type& found, dtype wanted);

/// Makes a type of numbers one that is read as another type.
void convert_npy_values(npy_type& found, dtype wanted);

/// Makes a type of numbers one of which `count` are an element.
void repeat_npy_values(npy_type& found, dtype wanted, index_t count);

/// Reads elements, which `read(to, bytes)` gets from the file one after the other, as those of
/// memory. @throws element_type_error naming the path for a text that does not fit.
void read_npy_values(const npy_type& type, const std::string& path, void* to, index_t count,
                     const std::function<void(void*, index_t)>& read);

} // namespace tessera::detail
