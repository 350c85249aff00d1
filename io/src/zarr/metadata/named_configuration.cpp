#include "zarr/metadata/named_configuration.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

// With larger ones, places could not be counted.
constexpr std::uint64_t largest_size = std::uint64_t{1} << 62U;
constexpr std::size_t most_axes = 32;

} // namespace

const json& member_of(const json& object, const char* name) {
  static const json none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

void throw_bad_member(const std::string& action, const std::string& what, const json& value) {
  throw format_error(
      fmt::format("{}: its {} cannot be {}; it is damaged", action, what, brief_text(value)));
}

named_configuration parse_named(const json& value, const std::string& what,
                                const std::string& action) {
  if (value.is_string()) return {value.get<std::string>()};
  const json& name = value.is_object() ? member_of(value, "name") : value;
  if (!name.is_string()) throw_bad_member(action, what, value);
  named_configuration result{name.get<std::string>()};
  const json& configuration = member_of(value, "configuration");
  if (!configuration.is_null() && !configuration.is_object()) throw_bad_member(action, what, value);
  if (configuration.is_object()) result.configuration = configuration;
  result.must_be_known = member_of(value, "must_understand") != json(false);
  return result;
}

std::vector<index_t> parse_sizes(const json& value, index_t least, const std::string& what,
                                 const std::string& action) {
  if (!value.is_array()) throw_bad_member(action, what, value);
  if (value.size() > most_axes)
    throw format_error(
        fmt::format("{}: its {} has {} axes, more than {}", action, what, value.size(), most_axes));
  std::vector<index_t> sizes;
  for (const json& each : value) {
    const bool is_size = each.is_number_unsigned() && each.get<std::uint64_t>() <= largest_size &&
                         each.get<index_t>() >= least;
    if (!is_size) throw_bad_member(action, what, value);
    sizes.push_back(each.get<index_t>());
  }
  return sizes;
}

} // namespace tessera::detail
