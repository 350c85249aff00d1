#include "../support/json.hpp"
#include "content.hpp"

namespace info {

namespace {

using apps::json_list;
using apps::json_text;

/// JSON has no infinity.
std::string number(const std::string& text) {
  return text.find_first_of("0123456789") == std::string::npos ? "null" : text;
}

std::string attributes_of(const object& o) {
  std::string text;
  for (const attribute& a : o.attributes)
    text += (text.empty() ? "" : ", ") + json_text(a.name) + ": " + json_text(a.text);
  return '{' + text + '}';
}

std::string json_of(const object& o) {
  std::string text = "{\"name\": " + json_text(o.name);
  const auto add = [&](const char* key, const std::string& value) {
    text += std::string(", \"") + key + "\": " + value;
  };
  if (!o.dtype.empty()) {
    add("dtype", json_text(o.dtype));
    add("shape", json_list(o.shape));
  }
  if (!o.max_shape.empty()) add("max_shape", json_list(o.max_shape));
  if (!o.chunk.empty()) add("chunk", json_list(o.chunk));
  if (!o.filters.empty()) add("filters", json_text(o.filters));
  if (o.bytes >= 0) add("bytes", std::to_string(o.bytes));
  if (!o.note.empty()) add("note", json_text(o.note));
  if (!o.value.empty()) add("value", json_text(o.value));
  if (!o.packing.empty()) add("packing", json_text(o.packing));
  if (!o.attributes.empty()) add("attributes", attributes_of(o));
  if (o.statistics) {
    add("min", number(o.statistics->min));
    add("max", number(o.statistics->max));
    add("mean", number(o.statistics->mean));
    add("nan", std::to_string(o.statistics->nan));
  }
  return text + '}';
}

template <class T, class F> std::string list_of(const std::vector<T>& values, F&& json_of_one) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ", ") + json_of_one(value);
  return '[' + text + ']';
}

} // namespace

std::string json(const content& c) {
  std::string text = "{\"path\": " + json_text(c.path) + ", \"kind\": " + json_text(c.kind);
  if (c.bytes >= 0) text += ", \"bytes\": " + std::to_string(c.bytes);
  if (c.step >= 0) text += ", \"step\": " + std::to_string(c.step);
  text += std::string(", \"damaged\": ") + (is_damaged(c) ? "true" : "false");
  if (!c.damage.empty()) text += ", \"damage\": " + list_of(c.damage, json_text);
  if (c.kind == "checkpoint") return text + ", \"generations\": " + list_of(c.parts, json) + '}';
  return text + ", \"objects\": " + list_of(c.objects, json_of) + '}';
}

} // namespace info
