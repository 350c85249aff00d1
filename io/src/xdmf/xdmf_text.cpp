#include "xdmf/xdmf_text.hpp"

#include <tessera/core/types/number_text.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

template <class T> std::string joined(const std::vector<T>& values) {
  return joined_text(values, " ");
}

std::string quoted(const std::string& name, const std::string& value) {
  return ' ' + name + "=\"" + xml_escaped(value) + '"';
}

struct element_name {
  const char* type; // NumPy's
  const char* number;
  const char* precision;
};

// XDMF has no unsigned numbers of 8 bytes.
constexpr element_name element_names[] = {{"float64", "Float", "8"}, {"float32", "Float", "4"},
                                          {"int64", "Int", "8"},     {"int32", "Int", "4"},
                                          {"int16", "Int", "2"},     {"int8", "Char", "1"},
                                          {"uint64", "Int", "8"},    {"uint32", "UInt", "4"},
                                          {"uint16", "UInt", "2"},   {"uint8", "UChar", "1"}};

const element_name* find_element(const std::string& type) {
  const auto* const found =
      std::find_if(std::begin(element_names), std::end(element_names),
                   [&](const element_name& name) { return type == name.type; });
  return found == std::end(element_names) ? nullptr : found;
}

std::string data_item(const std::string& more, const std::vector<index_t>& shape,
                      const std::string& type) {
  const element_name& element = *find_element(type);
  return "<DataItem" + more + quoted("Dimensions", joined(shape)) +
         quoted("NumberType", element.number) + quoted("Precision", element.precision);
}

/// Numbers in the file itself.
std::string numbers(const std::string& type, const std::string& values, index_t count) {
  return data_item("", {count}, type) + quoted("Format", "XML") + '>' + values + "</DataItem>\n";
}

/// Where a 3-D grid has no more than one layer, a 2-D one lies.
template <class T> std::vector<T> in_space(std::vector<T> values, T across) {
  if (values.size() == 2) values.insert(values.begin(), across);
  return values;
}

/// A part of a dataset, in two ways at once: readers of XDMF 3 (in ParaView: "Xdmf3 Reader") take
/// the text behind the first tag, and ignore item types that they do not know, of which
/// "hyperslab" in small letters is one. Readers of XDMF 2 (in ParaView: "XDMF Reader"; VisIt) do
/// not distinguish small letters, and take the two items inside. They need as many dimensions
/// as the grid has.
std::string slab(const xdmf_dataset& from, index_t frame) {
  std::vector<index_t> start(from.shape.size(), 0);
  const std::vector<index_t> stride(from.shape.size(), 1);
  std::vector<index_t> count = from.shape;
  std::vector<index_t> shape = from.shape;
  if (frame >= 0) {
    start[0] = frame;
    count[0] = 1;
    shape.erase(shape.begin());
  }
  shape = in_space(shape, index_t{1});
  const std::string place = xml_escaped(from.place);
  return data_item(quoted("ItemType", "hyperslab"), shape, from.type) + quoted("Format", "HDF") +
         '>' + place + '|' + joined(start) + ':' + joined(stride) + ':' + joined(count) + ':' +
         joined(from.shape) + '\n' +
         numbers("int64", joined(start) + ' ' + joined(stride) + ' ' + joined(count),
                 3 * static_cast<index_t>(start.size())) +
         data_item("", from.shape, from.type) + quoted("Format", "HDF") + '>' + place +
         "</DataItem>\n</DataItem>\n";
}

bool has_cells_only(const xdmf_step& step) {
  return std::all_of(step.items.begin(), step.items.end(),
                     [](const xdmf_item& item) { return item.cells; });
}

/// "2DCoRectMesh" will not do: ParaView shows it in the plane x = 0.
std::string grid_text(const xdmf_geometry& geometry, const xdmf_step& step) {
  const std::size_t ndim = step.points.size();
  const auto [origin, spacing] = [&] {
    xdmf_geometry g = geometry;
    if (g.origin.empty()) g.origin.assign(ndim, 0.0);
    if (g.spacing.empty()) g.spacing.assign(ndim, 1.0);
    return g;
  }();
  const double thickness = *std::min_element(spacing.begin(), spacing.end());
  const index_t layers = has_cells_only(step) ? 2 : 1;
  return "<Topology TopologyType=\"3DCoRectMesh\"" +
         quoted("Dimensions", joined(in_space(step.points, layers))) +
         "/>\n<Geometry GeometryType=\"ORIGIN_DXDYDZ\">\n" +
         numbers("float64", joined(in_space(origin, 0.0)), 3) +
         numbers("float64", joined(in_space(spacing, thickness)), 3) + "</Geometry>\n";
}

} // namespace

bool xdmf_has(const std::string& type) { return find_element(type) != nullptr; }

std::string xml_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
    case '&': result += "&amp;"; break;
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '"': result += "&quot;"; break;
    default: result += c;
    }
  }
  return result;
}

std::string xdmf_text(const xdmf_geometry& geometry, const std::vector<xdmf_dataset>& datasets,
                      const std::vector<xdmf_step>& steps) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Xdmf Version=\"3.0\">\n<Domain>\n"
      "<Grid Name=\"series\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
  for (const xdmf_step& step : steps) {
    text += "<Grid Name=\"grid\" GridType=\"Uniform\">\n<Time" +
            quoted("Value", number_text(step.time)) + "/>\n" + grid_text(geometry, step);
    for (const xdmf_item& item : step.items)
      text += "<Attribute" + quoted("Name", item.name) + " AttributeType=\"Scalar\"" +
              quoted("Center", item.cells ? "Cell" : "Node") + ">\n" +
              slab(datasets[item.dataset], item.frame) + "</Attribute>\n";
    text += "</Grid>\n";
  }
  return text + "</Grid>\n</Domain>\n</Xdmf>\n";
}

} // namespace tessera::detail
