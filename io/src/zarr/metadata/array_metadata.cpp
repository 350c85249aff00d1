#include "zarr/metadata/array_metadata.hpp"
#include "types/claimed_bytes.hpp"
#include "types/shape_text.hpp"
#include "zarr/metadata/fill_value.hpp"
#include "zarr/metadata/named_configuration.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

namespace {

struct known_type {
  std::string_view name;
  dtype type;
};

constexpr std::array known_types = {
    known_type{"bool", {'b', 1}},      known_type{"int8", {'i', 1}},
    known_type{"int16", {'i', 2}},     known_type{"int32", {'i', 4}},
    known_type{"int64", {'i', 8}},     known_type{"uint8", {'u', 1}},
    known_type{"uint16", {'u', 2}},    known_type{"uint32", {'u', 4}},
    known_type{"uint64", {'u', 8}},    known_type{"float16", {'f', 2}},
    known_type{"float32", {'f', 4}},   known_type{"float64", {'f', 8}},
    known_type{"complex64", {'c', 8}}, known_type{"complex128", {'c', 16}}};

dtype parse_type(const json& value, const std::string& action) {
  const std::string name = parse_named(value, "data_type", action).name;
  for (const known_type& each : known_types)
    if (each.name == name) return each.type;
  throw element_type_error(fmt::format(
      "{}: its elements are of type '{}', which is not known here: bool, integers, float16 to "
      "float64 and complex numbers are",
      action, brief_text(name)));
}

std::vector<index_t> parse_grid(const json& value, std::size_t ndim, const std::string& action) {
  const named_configuration grid = parse_named(value, "chunk_grid", action);
  if (grid.name != "regular")
    throw file_error(fmt::format("{}: its chunks lie in a grid '{}'; only 'regular' is known here",
                                 action, brief_text(grid.name)));
  const json& shape = member_of(grid.configuration, "chunk_shape");
  std::vector<index_t> chunk = parse_sizes(shape, 1, "chunk_shape", action);
  if (chunk.size() != ndim) throw_bad_member(action, "chunk_shape", shape);
  return chunk;
}

chunk_names parse_names(const json& value, const std::string& action) {
  const named_configuration encoding = parse_named(value, "chunk_key_encoding", action);
  const bool is_v2 = encoding.name == "v2";
  if (!is_v2 && encoding.name != "default")
    throw file_error(fmt::format("{}: its chunk_key_encoding '{}' is not known here: 'default' and "
                                 "'v2' are",
                                 action, brief_text(encoding.name)));
  const json& separator = member_of(encoding.configuration, "separator");
  if (separator.is_null()) return {is_v2, is_v2 ? '.' : '/'};
  if (separator != json("/") && separator != json("."))
    throw_bad_member(action, "separator", separator);
  return {is_v2, separator.get_ref<const std::string&>().front()};
}

std::vector<std::string> parse_dimensions(const json& value, std::size_t ndim,
                                          const std::string& action) {
  if (value.is_null()) return {};
  if (!value.is_array() || value.size() != ndim) throw_bad_member(action, "dimension_names", value);
  std::vector<std::string> names;
  for (const json& each : value) {
    if (!each.is_string() && !each.is_null()) throw_bad_member(action, "dimension_names", value);
    names.push_back(each.is_string() ? each.get<std::string>() : std::string());
  }
  return names;
}

json parse_attributes(const json& metadata, const std::string& action) {
  const json& attributes = member_of(metadata, "attributes");
  if (attributes.is_null()) return json::object();
  if (!attributes.is_object()) throw_bad_member(action, "attributes", attributes);
  return attributes;
}

/// What is not known here must say that it need not be.
void check_known(const json& metadata, std::initializer_list<std::string_view> known,
                 const std::string& action) {
  for (const auto& [name, value] : metadata.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (value.is_object() && member_of(value, "must_understand") == json(false)) continue;
    throw file_error(
        fmt::format("{}: it has an extension '{}' that must be understood, and is not known here",
                    action, brief_text(name)));
  }
}

void check_transformers(const json& value, const std::string& action) {
  if (value.is_null()) return;
  if (!value.is_array()) throw_bad_member(action, "storage_transformers", value);
  for (const json& each : value) {
    const named_configuration transformer = parse_named(each, "storage_transformers", action);
    if (transformer.must_be_known)
      throw file_error(fmt::format("{}: it needs the storage transformer '{}', which is not known "
                                   "here",
                                   action, brief_text(transformer.name)));
  }
}

/// Can the bytes be counted?
void check_size(const std::vector<index_t>& shape, dtype type, const char* what,
                const std::string& action) {
  constexpr index_t most = std::numeric_limits<index_t>::max();
  if (claimed_bytes(shape, static_cast<std::size_t>(type.size)) == most)
    throw format_error(fmt::format("{}: its {} {} of {} cannot be; it is damaged", action, what,
                                   shape_text(shape), stored_name(type)));
}

} // namespace

std::string chunk_names::name(const std::vector<index_t>& place) const {
  std::string text = is_v2 ? "" : "c";
  for (const index_t k : place) {
    if (!text.empty()) text += separator;
    text += std::to_string(k);
  }
  return text.empty() ? "0" : text;
}

index_t array_metadata::chunk_bytes() const {
  return claimed_bytes(chunk, static_cast<std::size_t>(type.size));
}

std::string stored_name(dtype type) { return type == dtype{'f', 2} ? "float16" : to_string(type); }

bool is_array(const json& metadata, const std::string& action) {
  if (!metadata.is_object() || member_of(metadata, "zarr_format") != json(3))
    throw format_error(fmt::format(
        "{}: its zarr_format is {}, and 3 is read here", action,
        metadata.is_object() ? brief_text(member_of(metadata, "zarr_format")) : "not there"));
  const json& kind = member_of(metadata, "node_type");
  if (kind != json("array") && kind != json("group")) throw_bad_member(action, "node_type", kind);
  return kind == json("array");
}

array_metadata parse_array(const json& metadata, const std::string& action) {
  check_known(metadata,
              {"zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding",
               "fill_value", "codecs", "attributes", "storage_transformers", "dimension_names"},
              action);
  check_transformers(member_of(metadata, "storage_transformers"), action);
  array_metadata result{parse_sizes(member_of(metadata, "shape"), 0, "shape", action),
                        parse_type(member_of(metadata, "data_type"), action),
                        {},
                        parse_names(member_of(metadata, "chunk_key_encoding"), action),
                        {},
                        {}};
  const std::size_t ndim = result.shape.size();
  result.chunk = parse_grid(member_of(metadata, "chunk_grid"), ndim, action);
  check_size(result.shape, result.type, "shape", action);
  check_size(result.chunk, result.type, "chunk_shape", action);
  result.codecs = parse_codecs(member_of(metadata, "codecs"), result.chunk, result.type, action);
  result.fill = fill_bytes(member_of(metadata, "fill_value"), result.type, action);
  result.dimensions = parse_dimensions(member_of(metadata, "dimension_names"), ndim, action);
  result.attributes = parse_attributes(metadata, action);
  return result;
}

json parse_group(const json& metadata, const std::string& action) {
  check_known(metadata, {"zarr_format", "node_type", "attributes", "consolidated_metadata"},
              action);
  return parse_attributes(metadata, action);
}

json array_json(const array_metadata& metadata) {
  const std::string separator(1, metadata.names.separator);
  json result = {
      {"zarr_format", 3},
      {"node_type", "array"},
      {"shape", metadata.shape},
      {"data_type", stored_name(metadata.type)},
      {"chunk_grid", {{"name", "regular"}, {"configuration", {{"chunk_shape", metadata.chunk}}}}},
      {"chunk_key_encoding",
       {{"name", metadata.names.is_v2 ? "v2" : "default"},
        {"configuration", {{"separator", separator}}}}},
      {"fill_value", fill_json(metadata.fill, metadata.type)},
      {"codecs", codecs_json(metadata.codecs)},
      {"attributes", metadata.attributes}};
  if (!metadata.dimensions.empty()) result["dimension_names"] = metadata.dimensions;
  return result;
}

json group_json(const json& attributes) {
  return {{"zarr_format", 3}, {"node_type", "group"}, {"attributes", attributes}};
}

} // namespace tessera::detail
