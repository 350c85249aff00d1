#include "../support/json.hpp"
#include "content.hpp"

namespace info {

namespace {

/// JSON has no infinity, and nlohmann's integers have no zero with a sign.
apps::json number(const std::string& text) {
  if (text.find_first_of("0123456789") == std::string::npos) return nullptr;
  return text == "-0" ? apps::json(-0.0) : apps::json::parse(text);
}

void add_statistics(apps::json& to, const summary& found) {
  to["min"] = number(found.min);
  to["max"] = number(found.max);
  to["mean"] = number(found.mean);
  to["nan"] = found.nan;
}

apps::json json_of(const object& o) {
  apps::json all{{"name", o.name}};
  if (!o.dtype.empty()) {
    all["dtype"] = o.dtype;
    all["shape"] = o.shape;
  }
  if (!o.max_shape.empty()) all["max_shape"] = o.max_shape;
  if (!o.chunk.empty()) all["chunk"] = o.chunk;
  if (!o.filters.empty()) all["filters"] = o.filters;
  if (o.bytes >= 0) all["bytes"] = o.bytes;
  if (!o.note.empty()) all["note"] = o.note;
  if (!o.value.empty()) all["value"] = o.value;
  if (!o.packing.empty()) all["packing"] = o.packing;
  for (const attribute& a : o.attributes) all["attributes"][a.name] = a.text;
  if (o.statistics) add_statistics(all, *o.statistics);
  return all;
}

apps::json json_of(const content& c) {
  apps::json all{{"path", c.path}, {"kind", c.kind}};
  if (c.bytes >= 0) all["bytes"] = c.bytes;
  if (c.step >= 0) all["step"] = c.step;
  all["damaged"] = is_damaged(c);
  if (!c.damage.empty()) all["damage"] = c.damage;
  apps::json& list = all[c.kind == "checkpoint" ? "generations" : "objects"] = apps::json::array();
  if (c.kind == "checkpoint")
    for (const content& part : c.parts) list.push_back(json_of(part));
  else
    for (const object& o : c.objects) list.push_back(json_of(o));
  return all;
}

} // namespace

std::string json(const content& c) { return apps::json_line(json_of(c)); }

} // namespace info
