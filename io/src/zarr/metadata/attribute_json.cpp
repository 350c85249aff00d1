#include "zarr/metadata/attribute_json.hpp"
#include "types/shape_text.hpp"
#include "zarr/metadata/fill_value.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

// Larger ones are slow in every reader.
constexpr std::size_t largest_attribute = std::size_t{16} << 20U;

/// Nested lists of the elements of an array, whose first axes are `shape`.
json nested(const std::vector<index_t>& shape, std::size_t axis, const char*& from,
            index_t itemsize, dtype type) {
  if (axis == shape.size()) {
    const std::string bytes(from, static_cast<std::size_t>(itemsize));
    from += itemsize;
    return fill_json(bytes, type);
  }
  json list = json::array();
  for (index_t k = 0; k < shape[axis]; ++k)
    list.push_back(nested(shape, axis + 1, from, itemsize, type));
  return list;
}

json texts_json(const attribute_value& value) {
  if (value.shape.empty() && value.texts.size() == 1) return value.texts.front();
  return value.texts;
}

} // namespace

json attribute_json(const std::string& name, const attribute_value& value,
                    const std::string& action) {
  std::size_t bytes = value.bytes.size();
  for (const std::string& text : value.texts) bytes += text.size();
  if (bytes > largest_attribute)
    throw argument_error(
        fmt::format("{}: {} bytes are more than an attribute should have ({}); write an array",
                    action, bytes, largest_attribute));
  const bool is_real = value.is_text || value.type.kind == 'b' || value.type.kind == 'i' ||
                       value.type.kind == 'u' || value.type.kind == 'f';
  if (!is_real)
    throw argument_error(
        fmt::format("{}: attributes of Zarr are real numbers, bool and text, not {}", action,
                    to_string(value.type)));
  const char* from = value.bytes.data();
  json result =
      value.is_text ? texts_json(value) : nested(value.shape, 0, from, value.type.size, value.type);
  try {
    static_cast<void>(json{{name, result}}.dump());
  } catch (const json::exception&) {
    throw argument_error(action + ": texts in Zarr are UTF-8");
  }
  return result;
}

namespace {

/// The sizes of nested lists, along their first elements.
std::vector<index_t> shape_of(const json& value) {
  std::vector<index_t> shape;
  const json* at = &value;
  while (at->is_array()) {
    shape.push_back(static_cast<index_t>(at->size()));
    if (at->empty()) break;
    at = &at->front();
  }
  return shape;
}

/// Takes the elements of nested lists of a shape; false where they have another one.
bool flatten(const json& value, const std::vector<index_t>& shape, std::size_t axis,
             std::vector<const json*>& elements) {
  if (axis == shape.size()) {
    elements.push_back(&value);
    return !value.is_array();
  }
  if (!value.is_array() || static_cast<index_t>(value.size()) != shape[axis]) return false;
  return std::all_of(value.begin(), value.end(),
                     [&](const json& each) { return flatten(each, shape, axis + 1, elements); });
}

[[noreturn]] void throw_is_not(const json& value, const attribute_wanted& wanted,
                               const std::string& action) {
  throw element_type_error(fmt::format("{}: it is {}, not {}", action, brief_text(value),
                                       wanted.is_text ? "text" : to_string(wanted.type)));
}

/// The shape in which the reader gets it.
std::vector<index_t> shape_as_wanted(std::vector<index_t> shape, std::size_t count,
                                     const attribute_wanted& wanted, const std::string& action) {
  const auto ndim = static_cast<std::size_t>(wanted.ndim);
  if (ndim == 0 && count == 1) return {};
  if (shape.empty() && ndim == 1) return {static_cast<index_t>(count)};
  if (shape.size() == ndim && ndim > 0) return shape;
  throw file_error(fmt::format("{}: its shape is {}, and {} was asked for", action,
                               shape_text(shape),
                               ndim == 0 ? "one element" : fmt::format("one of {} axes", ndim)));
}

} // namespace

attribute_value attribute_from_json(const json& value, const attribute_wanted& wanted,
                                    const std::string& action) {
  attribute_value result{wanted.is_text, wanted.type, shape_of(value), {}, {}};
  std::vector<const json*> elements;
  if (!flatten(value, result.shape, 0, elements))
    throw file_error(action + ": its lists are not of one shape");
  result.shape = shape_as_wanted(result.shape, elements.size(), wanted, action);
  for (const json* const each : elements) {
    const auto bytes = wanted.is_text ? std::nullopt : number_bytes(*each, wanted.type);
    if (wanted.is_text ? !each->is_string() : !bytes) throw_is_not(*each, wanted, action);
    if (wanted.is_text)
      result.texts.push_back(each->get<std::string>());
    else
      result.bytes += *bytes;
  }
  return result;
}

} // namespace tessera::detail
