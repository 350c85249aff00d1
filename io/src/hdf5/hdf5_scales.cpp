#include "files/from_root.hpp"
#include "hdf5/attributes/hdf5_attribute_values.hpp"
#include "hdf5/datasets/hdf5_groups.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_links.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>
#include <hdf5_hl.h>

#include <string>

namespace tessera {

namespace detail {

namespace {

void put_text(hid_t object, const char* name, const std::string& text, const std::string& action) {
  if (!text.empty())
    put_hdf5_attribute(object, name, attribute_traits<std::string>::to(text), action);
}

bool is_dataset(hid_t file, const std::string& path, const std::string& action) {
  if (!hdf5_has(file, path)) return false;
  const hdf5_handle object = own_hdf5(H5Oopen(file, path.c_str(), H5P_DEFAULT), action);
  return H5Iget_type(object.get()) == H5I_DATASET;
}

/// The dataset that holds the coordinates of a dimension: beside the one that it describes, or in
/// the groups around it, as netCDF has it. Where there is none, a path that is free.
std::string coordinates_of(hid_t file, const std::string& dataset, const std::string& dimension,
                           const std::string& action) {
  std::size_t end = dataset.rfind('/');
  for (; end != dataset.npos && end > 0; end = dataset.rfind('/', end - 1)) {
    std::string path = dataset.substr(0, end + 1) + dimension;
    if (is_dataset(file, path, action)) return path;
  }
  if (is_dataset(file, dimension, action)) return dimension;
  std::string path = dataset.substr(0, dataset.rfind('/') + 1) + dimension;
  if (hdf5_has(file, path))
    throw argument_error(
        fmt::format("{}: '{}' cannot be a dimension: it is a group", action, path));
  return path;
}

/// A dimension of a dataset, and where its coordinates are.
struct dimension_scale {
  std::string name;
  std::string coordinates;
  index_t size;
};

void check_scale(hid_t file, const std::string& dataset, const dimension_scale& scale,
                 const std::string& action) {
  const hdf5_handle coordinates = open_hdf5_object(file, scale.coordinates, action);
  const std::vector<index_t> shape = hdf5_inspect(coordinates, action).shape;
  if (shape != std::vector<index_t>{scale.size})
    throw shape_error(fmt::format(
        "{}: dimension '{}' of '{}' has {} elements, and its coordinates '{}' have shape {}",
        action, scale.name, dataset, scale.size, scale.coordinates, shape_text(shape)));
}

/// What `describe` shall do with the axes; whatever the caller got wrong is thrown.
std::vector<dimension_scale> scales_of(hid_t file, const std::string& dataset,
                                       const std::vector<std::string>& dimensions,
                                       const std::string& action) {
  const std::vector<index_t> shape =
      hdf5_inspect(open_hdf5_dataset(file, dataset, -1, action), action).shape;
  if (!dimensions.empty() && dimensions.size() != shape.size())
    throw shape_error(fmt::format("{}: its shape {} needs {} names of dimensions, not {}", action,
                                  shape_text(shape), shape.size(), dimensions.size()));
  std::vector<dimension_scale> scales;
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    if (dimensions[d].empty() || dimensions[d].find('/') != std::string::npos)
      throw argument_error(fmt::format("{}: '{}' cannot name a dimension", action, dimensions[d]));
    scales.push_back(
        {dimensions[d], coordinates_of(file, dataset, dimensions[d], action), shape[d]});
    if (hdf5_has(file, scales.back().coordinates))
      check_scale(file, dataset, scales.back(), action);
  }
  return scales;
}

void make_scale(const hdf5_handle& coordinates, const std::string& name,
                const std::string& action) {
  if (H5DSis_scale(coordinates.get()) <= 0)
    check_hdf5(H5DSset_scale(coordinates.get(), name.c_str()), action);
}

/// A dimension without coordinates, as netCDF stores it: a dataset of which nothing is written.
void make_dimension(hid_t file, const dimension_scale& scale, const std::string& action) {
  const auto size = static_cast<hsize_t>(scale.size);
  const hdf5_handle links = make_hdf5_groups(file, scale.coordinates, action);
  const hdf5_handle space = own_hdf5(H5Screate_simple(1, &size, nullptr), action);
  const hdf5_handle creation = own_hdf5(H5Pcreate(H5P_DATASET_CREATE), action);
  check_hdf5(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_LATE), action);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), action);
  const hdf5_handle dataset =
      own_hdf5(H5Dcreate2(file, scale.coordinates.c_str(), H5T_IEEE_F32BE, space.get(), links.get(),
                          creation.get(), H5P_DEFAULT),
               action);
  const std::string name =
      fmt::format("This is a netCDF dimension but not a netCDF variable. {:10}", scale.size);
  check_hdf5(H5DSset_scale(dataset.get(), name.c_str()), action);
}

void put_scale(hid_t file, const hdf5_handle& dataset, unsigned axis, const dimension_scale& scale,
               const std::string& action) {
  if (!hdf5_has(file, scale.coordinates)) make_dimension(file, scale, action);
  const hdf5_handle coordinates = open_hdf5_object(file, scale.coordinates, action);
  make_scale(coordinates, scale.name, action);
  if (hdf5_identity(coordinates.get(), action) == hdf5_identity(dataset.get(), action)) return;
  if (H5DSis_attached(dataset.get(), coordinates.get(), axis) <= 0)
    check_hdf5(H5DSattach_scale(dataset.get(), coordinates.get(), axis), action);
}

} // namespace

} // namespace detail

using namespace detail;

void hdf5_file::describe(const std::string& dataset, const hdf5_description& description) {
  state& s = *state_;
  s.check_writable();
  s.check_same(fmt::format("describe '{}'", dataset));
  const std::string action = fmt::format("cannot describe '{}' in '{}'", dataset, s.path);
  std::vector<dimension_scale> scales;
  text_from_root(s.comm, [&] {
    scales = scales_of(s.file.get(), dataset, description.dimensions, action);
    return std::string();
  });
  s.writing([&] {
    text_from_root(s.comm, [&] {
      const hdf5_handle target = open_hdf5_object(s.file.get(), dataset, action);
      put_text(target.get(), "units", description.units, action);
      put_text(target.get(), "long_name", description.long_name, action);
      put_text(target.get(), "standard_name", description.standard_name, action);
      for (std::size_t d = 0; d < scales.size(); ++d)
        put_scale(s.file.get(), target, static_cast<unsigned>(d), scales[d], action);
      s.check_device();
      return std::string();
    });
  });
}

} // namespace tessera
