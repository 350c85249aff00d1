/// @file
/// Attributes between JSON and values of C++.
#pragma once

#include "zarr/metadata/json.hpp"

#include <tessera/io/types/attribute_value.hpp>

#include <string>

namespace tessera::detail {

/// What is stored of a value. @throws argument_error that begins with `action`: texts that are no
/// UTF-8, complex numbers and structs, more than 16 MiB.
json attribute_json(const std::string& name, const attribute_value& value,
                    const std::string& action);

/// A value as it is wanted. @throws element_type_error or file_error that begins with `action`.
attribute_value attribute_from_json(const json& value, const attribute_wanted& wanted,
                                    const std::string& action);

} // namespace tessera::detail
