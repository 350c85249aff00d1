// JSON as the programs print it.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace apps {

/// Keys stay in the order in which they are set.
using json = nlohmann::ordered_json;

/// In one line. Numbers have the fewest digits that give the same; those that JSON does not know
/// are null, bytes that are no UTF-8 replaced.
std::string json_line(const json& value);

/// Without more digits than make sense.
double whole_microseconds(double seconds);

} // namespace apps
