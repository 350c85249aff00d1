#include "vtkhdf/vtkhdf_step.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/types/number_text.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <cmath>
#include <optional>
#include <span>

namespace tessera {

using detail::vtkhdf_array;
using detail::vtkhdf_grid;

namespace {

constexpr char steps_group[] = "VTKHDF/Steps";
constexpr char values_path[] = "VTKHDF/Steps/Values";

hdf5_layout layout_of(const vtkhdf_options& options) {
  return {.deflate = options.deflate, .shuffle = options.shuffle, .last_axes = true};
}

/// What the options say of the grid, the same on all ranks. Collective.
vtkhdf_grid grid_of(const communicator& comm, const vtkhdf_options& options) {
  vtkhdf_grid grid{options.origin, options.spacing, {}, {}};
  const hdf5_layout layout = layout_of(options);
  detail::agree(comm, "the grid of a VTKHDF file",
                fmt::format("origin {}, spacing {}{}", detail::joined_text(grid.origin, ", "),
                            detail::joined_text(grid.spacing, ", "), detail::layout_text(layout)));
  grid.check();
  detail::check_layout(layout, {1}, 1);
  return grid;
}

/// The arrays of a file and how many steps it has. Collective.
std::vector<vtkhdf_array> arrays_of(hdf5_file& file) {
  std::vector<vtkhdf_array> arrays;
  const std::vector<std::string> names = file.datasets();
  for (const vtkhdf_data of : {vtkhdf_data::points, vtkhdf_data::cells, vtkhdf_data::grid}) {
    const std::string group = fmt::format("VTKHDF/{}/", detail::vtkhdf_group(of));
    for (const std::string& name : names)
      if (name.starts_with(group))
        arrays.push_back({name.substr(group.size()), of, file.dtype(name), file.shape(name)});
  }
  return arrays;
}

} // namespace

struct vtkhdf_series::state {
  communicator comm;
  std::string path;
  hdf5_layout layout;
  vtkhdf_grid grid;
  std::vector<vtkhdf_array> arrays; // of each step
  std::vector<double> times;
  std::optional<hdf5_file> file{}; // being written
  bool failed = false;

  void read(hdf5_file& from);
  hdf5_file& open();
  void list_once(bool yes);
  void append(double time, std::span<const vtkhdf_field> fields);
  void add(double time, std::span<const vtkhdf_field> fields);
  void check_usable() const;

  /// After a failure nothing more is written: some arrays may be longer than others.
  template <class F> void writing(F&& step) {
    check_usable();
    try {
      step();
    } catch (...) {
      failed = true;
      file.reset();
      throw;
    }
  }
};

void vtkhdf_series::state::check_usable() const {
  if (failed)
    throw file_error(
        fmt::format("cannot write '{}': an earlier step failed, so it was given up", path));
}

/// What a file that is to be continued holds.
void vtkhdf_series::state::read(hdf5_file& from) {
  grid = detail::read_vtkhdf_grid(from);
  if (!from.has(values_path))
    detail::throw_format_error(path, "it has no dataset " + std::string(values_path));
  const auto values = from.read<double, 1>(values_path);
  times.assign(values.data(), values.data() + values.size());
  // A single step is listed twice.
  if (times.size() == 2 && times[0] == times[1]) times.pop_back();
  arrays = arrays_of(from);
  for (vtkhdf_array& array : arrays) {
    if (array.shape.empty() || array.shape.front() != static_cast<index_t>(times.size()))
      detail::throw_format_error(
          path,
          fmt::format("'{}' has not one frame for each of {} steps, so that none can be added",
                      detail::vtkhdf_path(array), times.size()));
    array.shape.erase(array.shape.begin());
  }
}

/// The file, to be written; what was saved is copied. Collective.
hdf5_file& vtkhdf_series::state::open() {
  if (file) return *file;
  file = hdf5_file::extend(comm, path);
  if (times.size() == 1) list_once(true);
  return *file;
}

/// A single step is listed twice in a file that has its name, and once in one that is added to.
void vtkhdf_series::state::list_once(bool yes) {
  const auto list = [&](const std::string& dataset, const auto& value) {
    if (yes)
      file->truncate(dataset, 1);
    else
      file->append(dataset, value);
  };
  list(values_path, times.front());
  for (const vtkhdf_array& array : arrays) list(detail::vtkhdf_offsets_path(array), index_t{0});
}

void vtkhdf_series::state::append(double time, std::span<const vtkhdf_field> fields) {
  hdf5_file& to = open();
  const bool is_first = !to.has(values_path);
  to.append(values_path, time);
  for (std::size_t k = 0; k < fields.size(); ++k) {
    fields[k].append(to, detail::vtkhdf_path(arrays[k]), layout);
    to.append(detail::vtkhdf_offsets_path(arrays[k]), static_cast<index_t>(times.size()));
  }
  if (is_first) detail::write_vtkhdf_grid(to, grid, 2);
  times.push_back(time);
}

void vtkhdf_series::state::add(double time, std::span<const vtkhdf_field> fields) {
  check_usable();
  const std::string what = fmt::format("a step at time {}", detail::number_text(time));
  vtkhdf_grid placed = grid;
  std::vector<vtkhdf_array> step = detail::vtkhdf_arrays(comm, fields, what, placed);
  if (!arrays.empty()) detail::check_same_arrays(step, arrays, what);
  if (!std::isfinite(time) || (!times.empty() && !(time > times.back())))
    throw argument_error(
        fmt::format("{} cannot follow one at {}", what,
                    times.empty() ? "the start" : detail::number_text(times.back())));
  writing([&] {
    grid = placed;
    arrays = step;
    append(time, fields);
  });
}

vtkhdf_series::vtkhdf_series(const communicator& comm, const std::string& path,
                             const vtkhdf_options& options)
    : state_(nullptr) {
  const vtkhdf_grid grid = grid_of(comm, options);
  hdf5_file file = hdf5_file::create(comm, path);
  state_ = new state{comm, path, layout_of(options), grid, {}, {}, std::move(file)};
}

vtkhdf_series vtkhdf_series::extend(const communicator& comm, const std::string& path) {
  hdf5_file file = hdf5_file::open(comm, path);
  vtkhdf_series series(new state{comm, path, layout_of({}), {}, {}, {}});
  series.state_->read(file);
  return series;
}

vtkhdf_series::~vtkhdf_series() { delete state_; }

const std::string& vtkhdf_series::path() const { return state_->path; }
const std::vector<double>& vtkhdf_series::times() const { return state_->times; }
index_t vtkhdf_series::steps() const { return static_cast<index_t>(state_->times.size()); }

void vtkhdf_series::add(double time, std::initializer_list<vtkhdf_field> fields) {
  state_->add(time, {fields.begin(), fields.size()});
}

void vtkhdf_series::add(double time, const std::vector<vtkhdf_field>& fields) {
  state_->add(time, fields);
}

void vtkhdf_series::truncate(index_t count) {
  state& s = *state_;
  detail::agree(s.comm, "what is done to a VTKHDF file",
                fmt::format("truncate to {} steps", count));
  if (count < 0 || count > steps())
    throw argument_error(
        fmt::format("'{}' has {} steps, so it cannot be truncated to {}", s.path, steps(), count));
  if (count == steps()) return;
  s.writing([&] {
    hdf5_file& file = s.open();
    file.truncate(values_path, count);
    for (const vtkhdf_array& array : s.arrays) {
      file.truncate(detail::vtkhdf_path(array), count);
      file.truncate(detail::vtkhdf_offsets_path(array), count);
    }
    s.times.resize(static_cast<std::size_t>(count));
  });
}

void vtkhdf_series::save() {
  state& s = *state_;
  s.check_usable();
  if (s.times.empty())
    throw argument_error(fmt::format("'{}' has no steps yet; add some before it is saved", s.path));
  if (!s.file) return; // it is as it was
  s.writing([&] {
    if (s.times.size() == 1) s.list_once(false);
    s.file->set_attribute(steps_group, "NSteps", std::max<index_t>(steps(), 2));
    s.file->commit();
    s.file.reset();
  });
}

namespace {

void save_image(const communicator& comm, const std::string& path,
                std::span<const vtkhdf_field> fields, const vtkhdf_options& options) {
  vtkhdf_grid grid = grid_of(comm, options);
  const auto arrays = detail::vtkhdf_arrays(comm, fields, fmt::format("'{}'", path), grid);
  hdf5_file file = hdf5_file::create(comm, path);
  for (std::size_t k = 0; k < fields.size(); ++k) {
    const std::string dataset = detail::vtkhdf_path(arrays[k]);
    if (fields[k].of() == vtkhdf_data::grid)
      fields[k].append(file, dataset, {}); // VTK wants one axis
    else
      fields[k].write(file, dataset, layout_of(options));
  }
  detail::write_vtkhdf_grid(file, grid, 1);
  file.commit();
}

} // namespace

void save_vtkhdf(const communicator& comm, const std::string& path,
                 std::initializer_list<vtkhdf_field> fields, const vtkhdf_options& options) {
  save_image(comm, path, {fields.begin(), fields.size()}, options);
}

void save_vtkhdf(const communicator& comm, const std::string& path,
                 const std::vector<vtkhdf_field>& fields, const vtkhdf_options& options) {
  save_image(comm, path, fields, options);
}

} // namespace tessera
