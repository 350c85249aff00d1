// Pieces of JSON.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace apps {

/// A text between quotes.
std::string json_text(const std::string& text);
/// "[4, 5]"
std::string json_list(const std::vector<tessera::index_t>& numbers);

} // namespace apps
