/// @file
/// Fill values between JSON and bytes.
#pragma once

#include "zarr/metadata/json.hpp"

#include <tessera/io/types/dtype.hpp>
#include <tessera/io/zarr/metadata/zarr_fill.hpp>

#include <optional>
#include <string>

namespace tessera::detail {

/// The bytes, in this machine's order, of the element that a fill value stands for; `type` may be
/// half precision, {'f', 2}.
/// @throws format_error that begins with `action` where the type has no such value.
std::string fill_bytes(const json& value, dtype type, const std::string& action);

/// The same of a real number or bool of any origin, whose type JSON does not tell; bools are 0 and
/// 1, too. Nothing where the type has no such value.
std::optional<std::string> number_bytes(const json& value, dtype type);

/// The way back: numbers where JSON has them, else "NaN", "-Infinity" or "0x7fc00001".
json fill_json(const std::string& bytes, dtype type);

/// The bytes of a number as an element of an array that is written. Floating-point types round it.
/// @throws argument_error where an integer or bool type has no such value.
std::string fill_bytes(const zarr_fill& value, dtype type);

} // namespace tessera::detail
