#include "files/from_root.hpp"
#include "types/shape_text.hpp"
#include "xdmf/xdmf_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/xdmf.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace tessera {

using detail::xdmf_dataset;
using detail::xdmf_item;
using detail::xdmf_step;

/// Rank 0 alone has datasets and steps.
struct xdmf_series::state {
  communicator comm;
  std::string path;
  detail::xdmf_geometry geometry;
  std::vector<xdmf_dataset> datasets;
  std::vector<xdmf_step> steps; // in the order of time

  std::size_t look_up(const xdmf_field& field);
  void insert(double time, const xdmf_field& field);
};

namespace {

namespace fs = std::filesystem;

std::string named(const xdmf_field& field) {
  return fmt::format("'{}' of '{}'", field.dataset, field.file);
}

/// XML allows no control characters; in places, XDMF has a meaning for some others, too.
void check_name(const std::string& name, const char* what, const char* forbidden) {
  for (const char c : name)
    if (static_cast<unsigned char>(c) < ' ' || std::strchr(forbidden, c) != nullptr)
      throw argument_error(fmt::format("an XDMF file cannot hold the name of the {} '{}': "
                                       "characters such as ':' and '|' mean something else there",
                                       what, name));
}

void check_geometry(const detail::xdmf_geometry& g) {
  for (const double h : g.spacing)
    if (!(h > 0) || !std::isfinite(h))
      throw argument_error(fmt::format(
          "the points of an XDMF grid are {:f} apart; that must be a number above zero", h));
  if (!g.origin.empty() && !g.spacing.empty() && g.origin.size() != g.spacing.size())
    throw argument_error(
        fmt::format("an XDMF grid has an origin of {} coordinates, and spacing along {} axes",
                    g.origin.size(), g.spacing.size()));
}

/// The folder without symbolic links: ".." is then what it seems.
fs::path folder_of(const std::string& path) {
  std::error_code failure;
  const fs::path absolute = fs::absolute(path, failure);
  fs::path folder = failure ? fs::path() : fs::weakly_canonical(absolute.parent_path(), failure);
  if (failure) detail::throw_file_error("find", path, failure.message());
  return folder;
}

std::string place_of(const xdmf_field& field, const std::string& beside) {
  const fs::path relative = folder_of(field.file).lexically_relative(folder_of(beside));
  const std::string file = (relative / fs::path(field.file).filename()).lexically_normal();
  check_name(file, "file", ":|");
  check_name(field.dataset, "dataset", ":|");
  return file + (field.dataset.starts_with('/') ? ":" : ":/") + field.dataset;
}

/// Looks it up in the file. Local.
xdmf_dataset found_dataset(const xdmf_field& field, std::string place) {
  hdf5_file file = hdf5_file::open(communicator(MPI_COMM_SELF), field.file);
  xdmf_dataset found{std::move(place), file.dtype(field.dataset), file.shape(field.dataset)};
  if (!detail::xdmf_has(found.type))
    throw argument_error(
        fmt::format("{} has elements of type {}; XDMF shows real numbers and integers",
                    named(field), found.type));
  return found;
}

/// The points of the grid that a field needs.
std::vector<index_t> points_of(const xdmf_field& field, const xdmf_dataset& from) {
  std::vector<index_t> points = from.shape;
  if (field.frame >= 0) {
    if (points.empty() || field.frame >= points[0])
      throw index_error(fmt::format("{} has shape {}, and no frame of number {}", named(field),
                                    detail::shape_text(from.shape), field.frame));
    points.erase(points.begin());
  }
  const bool is_empty = std::find(points.begin(), points.end(), 0) != points.end();
  if ((points.size() != 2 && points.size() != 3) || is_empty)
    throw shape_error(fmt::format("a field of shape {}, {}, cannot be shown; XDMF grids here have "
                                  "2 or 3 axes and some points",
                                  detail::shape_text(points), named(field)));
  if (field.cells)
    for (index_t& n : points) ++n;
  return points;
}

void check_axes(const std::vector<double>& values, std::size_t ndim, const xdmf_field& field) {
  if (!values.empty() && values.size() != ndim)
    throw shape_error(
        fmt::format("the XDMF grid has an origin and spacing along {} axes; {} has {}",
                    values.size(), named(field), ndim));
}

void check_fits(const xdmf_step& step, const std::vector<index_t>& points,
                const xdmf_field& field) {
  if (step.points != points)
    throw shape_error(fmt::format(
        "{} needs a grid of {} points; other fields of time {:f} are on {}", named(field),
        detail::shape_text(points), step.time, detail::shape_text(step.points)));
  if (points.size() == 2 && step.items.front().cells != field.cells)
    throw shape_error(fmt::format("2-D fields of points and of cells, such as {}, cannot be on one "
                                  "XDMF grid; put them into series of their own",
                                  named(field)));
}

} // namespace

/// The number of a field's dataset, which is noted if it is new or has grown.
std::size_t xdmf_series::state::look_up(const xdmf_field& field) {
  const std::string place = place_of(field, path);
  const auto known = std::find_if(datasets.begin(), datasets.end(),
                                  [&](const xdmf_dataset& d) { return d.place == place; });
  if (known == datasets.end()) {
    datasets.push_back(found_dataset(field, place));
    return datasets.size() - 1;
  }
  if (field.frame >= 0 && (known->shape.empty() || field.frame >= known->shape[0]))
    *known = found_dataset(field, place);
  return static_cast<std::size_t>(known - datasets.begin());
}

void xdmf_series::state::insert(double time, const xdmf_field& field) {
  if (!std::isfinite(time))
    throw argument_error(fmt::format("the time {:f} of {} is no number", time, named(field)));
  const std::string& name = field.name.empty() ? field.dataset : field.name;
  check_name(name, "field", "");
  const xdmf_item item{look_up(field), field.frame, name, field.cells};
  const std::vector<index_t> points = points_of(field, datasets[item.dataset]);
  check_axes(geometry.origin, points.size(), field);
  check_axes(geometry.spacing, points.size(), field);
  auto at = std::lower_bound(steps.begin(), steps.end(), time,
                             [](const xdmf_step& step, double t) { return step.time < t; });
  if (at == steps.end() || at->time != time)
    at = steps.insert(at, {time, points, {}});
  else
    check_fits(*at, points, field);
  // The same field again takes the place of the older one.
  std::erase_if(at->items, [&](const xdmf_item& other) { return other.name == name; });
  at->items.push_back(item);
}

xdmf_series::xdmf_series(const communicator& comm, std::string path, xdmf_options options)
    : state_(nullptr) {
  detail::xdmf_geometry geometry{std::move(options.origin), std::move(options.spacing)};
  check_geometry(geometry);
  detail::agree(comm, "the name of a file", path);
  state_ = new state{comm, std::move(path), std::move(geometry), {}, {}};
}

xdmf_series::~xdmf_series() { delete state_; }

const std::string& xdmf_series::path() const { return state_->path; }

void xdmf_series::add(double time, const xdmf_field& field) {
  detail::agree_if_checked(state_->comm, "a step of a series", [&] {
    return fmt::format("{} in {} at time {:f}", field.name, field.file, time);
  });
  detail::text_from_root(state_->comm, [&] {
    state_->insert(time, field);
    return std::string();
  });
}

void xdmf_series::save() const {
  detail::text_from_root(state_->comm, [&] {
    const std::string text = detail::xdmf_text(state_->geometry, state_->datasets, state_->steps);
    output_file file = output_file::create(state_->path);
    file.write_at(0, text.data(), static_cast<index_t>(text.size()));
    file.commit();
    return std::string();
  });
}

} // namespace tessera
