/// @file
/// JSON of files that may be hostile.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

using json = nlohmann::json;

/// Parses a text. NaN, Infinity and -Infinity, which Python writes though JSON has them not, become
/// the strings that Zarr has for them.
/// @throws format_error that begins with `action`; also where objects and lists are nested deeper
/// than 64.
json parse_json(const std::string& text, const std::string& action);

/// A value as text, with indentation for people. @throws argument_error where a text is no UTF-8.
std::string json_text(const json& value);

/// A short one in messages and listings: 0.5, [1, 2, 3], 'x'; cut where it is long.
std::string brief_text(const json& value);

} // namespace tessera::detail
