#include "vtkhdf/vtkhdf_step.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/members.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

std::string array_text(const vtkhdf_array& array) {
  return fmt::format("'{}' of {} {} in {}", array.name, array.type, shape_text(array.shape),
                     vtkhdf_group(array.of));
}

std::string list_text(const std::vector<vtkhdf_array>& arrays) {
  std::string text;
  for (const vtkhdf_array& array : arrays) text += (text.empty() ? "" : ", ") + array_text(array);
  return text.empty() ? "none" : text;
}

vtkhdf_array array_of(const vtkhdf_field& field, const std::vector<index_t>& shape) {
  const struct_member* const numbers = elements_of_fixed(field.type());
  vtkhdf_array array{field.name(), field.of(), {}, shape};
  array.type = to_string(numbers != nullptr ? numbers->type : field.type());
  if (numbers != nullptr)
    array.shape.insert(array.shape.end(), numbers->shape.begin(), numbers->shape.end());
  return array;
}

/// Of local arrays, rank 0's. Collective.
std::vector<index_t> agreed_shape(const communicator& comm, const vtkhdf_field& field) {
  std::vector<index_t> shape = field.shape();
  if (!field.is_global() && !shape.empty())
    broadcast(comm, shape.data(), static_cast<index_t>(shape.size()), 0);
  return shape;
}

void check_kind(const vtkhdf_field& field) {
  if ((field.of() == vtkhdf_data::grid) == field.shape().empty()) return;
  throw argument_error(fmt::format("'{}' has shape {}; a number belongs to the grid, and an array "
                                   "to its points or cells",
                                   field.name(), shape_text(field.shape())));
}

/// Groups inside of those that VTK looks into are none of its arrays.
void check_names(const std::vector<vtkhdf_array>& arrays) {
  const auto is_same = [](const vtkhdf_array& a, const vtkhdf_array& b) {
    return a.name == b.name && a.of == b.of;
  };
  for (const vtkhdf_array& array : arrays) {
    if (array.name.empty() || array.name == "." || array.name.find('/') != array.name.npos)
      throw argument_error(fmt::format(
          "no array of a VTKHDF file can be called '{}': names are not empty and without '/'",
          array.name));
    if (std::count_if(arrays.begin(), arrays.end(),
                      [&](const vtkhdf_array& other) { return is_same(array, other); }) > 1)
      throw argument_error(
          fmt::format("two arrays in {} are called '{}'", vtkhdf_group(array.of), array.name));
  }
}

} // namespace

const char* vtkhdf_group(vtkhdf_data of) {
  switch (of) {
  case vtkhdf_data::points: return "PointData";
  case vtkhdf_data::cells: return "CellData";
  default: return "FieldData";
  }
}

std::string vtkhdf_path(const vtkhdf_array& array) {
  return fmt::format("VTKHDF/{}/{}", vtkhdf_group(array.of), array.name);
}

std::string vtkhdf_offsets_path(const vtkhdf_array& array) {
  return fmt::format("VTKHDF/Steps/{}Offsets/{}", vtkhdf_group(array.of), array.name);
}

std::vector<vtkhdf_array> vtkhdf_arrays(const communicator& comm,
                                        std::span<const vtkhdf_field> fields,
                                        const std::string& what, vtkhdf_grid& grid) {
  std::string mine = what;
  for (const vtkhdf_field& field : fields)
    mine += fmt::format(", '{}' of {} in {}, {}", field.name(), to_string(field.type()),
                        vtkhdf_group(field.of()),
                        field.is_global() ? shape_text(field.shape())
                                          : fmt::format("{} axes", field.shape().size()));
  agree(comm, "what a VTKHDF file is given", mine);
  std::vector<vtkhdf_array> arrays;
  vtkhdf_grid placed = grid;
  for (const vtkhdf_field& field : fields) {
    check_kind(field);
    const std::vector<index_t> shape = agreed_shape(comm, field);
    arrays.push_back(array_of(field, shape));
    if (field.of() != vtkhdf_data::grid) placed.place(field, shape);
  }
  check_names(arrays);
  if (placed.points.empty())
    throw argument_error(fmt::format("{}: a grid needs an array at its points or cells", what));
  grid = placed;
  return arrays;
}

void check_same_arrays(const std::vector<vtkhdf_array>& step,
                       const std::vector<vtkhdf_array>& others, const std::string& what) {
  bool is_same = step.size() == others.size();
  for (const vtkhdf_array& array : step)
    is_same = is_same && std::any_of(others.begin(), others.end(), [&](const vtkhdf_array& other) {
                return array.of == other.of && array_text(array) == array_text(other);
              });
  if (!is_same)
    throw argument_error(fmt::format("{} has {}, but the steps before have {}", what,
                                     list_text(step), list_text(others)));
}

} // namespace tessera::detail
