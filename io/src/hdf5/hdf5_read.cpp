#include "files/from_root.hpp"
#include "hdf5/datasets/hdf5_hyperslab.hpp"
#include "hdf5/hdf5_state.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera {

namespace detail {

void check_hdf5_frame(const std::string& name, const std::vector<index_t>& frame,
                      const std::vector<index_t>& series) {
  std::vector<index_t> expected = frame;
  expected.insert(expected.begin(), series.empty() ? 0 : series.front());
  if (expected != series)
    throw shape_error(fmt::format("'{}' has shape {}, and frames of shape {} do not fit", name,
                                  shape_text(series), shape_text(frame)));
}

void check_hdf5_frame(const std::string& name, index_t k, const std::vector<index_t>& series) {
  if (k < 0 || k >= series.front())
    throw index_error(fmt::format("'{}' has {} frames, counted from 0, and none of number {}", name,
                                  series.front(), k));
}

std::vector<index_t> shape_as_wanted(const hdf5_dataset_info& info, dtype wanted,
                                     std::size_t ndim) {
  std::vector<index_t> shape = info.shape;
  if (wanted.kind == 'c' && info.type_name.starts_with("float") && shape.size() == ndim + 1 &&
      shape.back() == 2)
    shape.pop_back();
  if (const struct_member* const elements = elements_of_fixed(wanted)) {
    const auto inner = static_cast<std::ptrdiff_t>(elements->shape.size());
    if (shape.size() == ndim + elements->shape.size() && !info.type_name.ends_with(']') &&
        std::equal(shape.end() - inner, shape.end(), elements->shape.begin()))
      shape.resize(ndim);
  }
  return shape;
}

} // namespace detail

using namespace detail;

namespace {

std::string what_was_asked_for(std::size_t ndim) {
  return ndim == 0
             ? "one element was asked for"
             : fmt::format("an array of {} {} was asked for", ndim, ndim == 1 ? "axis" : "axes");
}

/// Is what is wanted the only element of a dataset, whatever its axes?
bool is_single(const hdf5_dataset_info& info, std::size_t ndim,
               std::initializer_list<file_subscript> subscripts) {
  return ndim == 0 && subscripts.size() == 0 &&
         std::all_of(info.shape.begin(), info.shape.end(), [](index_t n) { return n == 1; });
}

/// How many axes a dataset has of which a part of `ndim` axes is wanted.
std::size_t axes_of(std::size_t ndim, std::initializer_list<file_subscript> subscripts) {
  return ndim + static_cast<std::size_t>(
                    std::count_if(subscripts.begin(), subscripts.end(),
                                  [](const file_subscript& s) { return s.is_index; }));
}

} // namespace

file_place hdf5_file::state::select(const std::string& name, const std::vector<index_t>& shape,
                                    subscript_list subscripts) const {
  file_place place =
      collectively(comm, [&] { return file_place::select(shape, subscripts, failure(name)); });
  check_same(fmt::format("use {} of '{}'", to_string(place), name));
  return place;
}

void hdf5_file::read_into(const std::string& name, const file_part& part, std::byte* data) {
  state& s = *state_;
  const std::string action = s.failure(name);
  collectively(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    read_hyperslab(dataset, *s.input, part, s.unpacks, action, data);
  });
}

void hdf5_file::read_part(const std::string& name, const file_part& part, std::byte* data) {
  TESSERA_PROFILE("HDF5: read");
  state& s = *state_;
  const std::string action = s.failure(name);
  s.check_readable();
  s.check_same(fmt::format("read '{}' as {}", name, to_string(part.type)));
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, action);
  if (shape_as_wanted(info, part.type, part.dataset.size()) != part.dataset)
    throw shape_error(fmt::format("{}: its shape is {}, that of the array {}", action,
                                  shape_text(info.shape), shape_text(part.dataset)));
  read_into(name, part, data);
}

void hdf5_file::read_from_series(const std::string& name, index_t k, const file_part& part,
                                 std::byte* data) {
  state& s = *state_;
  s.check_readable();
  s.check_same(fmt::format("read frame {} of '{}'", k, name));
  const hdf5_dataset_info info =
      hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, s.failure(name));
  const std::vector<index_t> shape = shape_as_wanted(info, part.type, part.dataset.size() + 1);
  check_hdf5_frame(name, part.dataset, shape);
  check_hdf5_frame(name, k, shape);
  read_into(name, file_place::frame(shape, k).part(part), data);
}

std::vector<index_t> hdf5_file::checked_shape(const std::string& name, detail::dtype type,
                                              std::size_t ndim) {
  state& s = *state_;
  s.check_readable();
  const std::string action = s.failure(name);
  s.check_same(fmt::format("read '{}'", name));
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, action);
  std::vector<index_t> shape = shape_as_wanted(info, type, ndim);
  if (shape.size() != ndim)
    throw shape_error(fmt::format("{}: its shape is {}, and {}", action, shape_text(shape),
                                  what_was_asked_for(ndim)));
  check_hdf5_memory(shape, type, s.file_bytes, action);
  return shape;
}

void hdf5_file::read_whole(const std::string& name, const file_part& part, std::byte* data) {
  state& s = *state_;
  const std::string action = s.failure(name);
  text_from_root(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    read_hyperslab(dataset, *s.input, part, s.unpacks, action, data);
    return std::string();
  });
  broadcast(s.comm, data, part.memory.size() * part.type.size, 0);
}

std::vector<index_t> hdf5_file::selected_shape(const std::string& name, detail::dtype type,
                                               std::size_t ndim, subscript_list subscripts) {
  state& s = *state_;
  s.check_readable();
  const std::string action = s.failure(name);
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, action);
  if (is_single(info, ndim, subscripts)) return {};
  const std::vector<index_t> shape = shape_as_wanted(info, type, axes_of(ndim, subscripts));
  std::vector<index_t> selected = file_place::select(shape, subscripts, action).shape();
  s.check_same(fmt::format("read {} of '{}'", shape_text(selected), name));
  if (selected.size() != ndim)
    throw shape_error(fmt::format("{}: the part that is selected of shape {} has shape {}, and {}",
                                  action, shape_text(info.shape), shape_text(selected),
                                  what_was_asked_for(ndim)));
  check_hdf5_memory(selected, type, s.file_bytes, action);
  return selected;
}

void hdf5_file::read_selected(const std::string& name, const file_part& part, std::byte* data,
                              subscript_list subscripts) {
  state& s = *state_;
  const std::string action = s.failure(name);
  text_from_root(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    const hdf5_dataset_info info = hdf5_inspect(dataset, action);
    const std::vector<index_t> shape =
        shape_as_wanted(info, part.type, axes_of(part.dataset.size(), subscripts));
    const file_place place = is_single(info, part.dataset.size(), subscripts)
                                 ? file_place::first(info.shape)
                                 : file_place::select(shape, subscripts, action);
    read_hyperslab(dataset, *s.input, place.part(part), s.unpacks, action, data);
    return std::string();
  });
  broadcast(s.comm, data, part.memory.size() * part.type.size, 0);
}

void hdf5_file::read_selected_part(const std::string& name, const file_part& part, std::byte* data,
                                   subscript_list subscripts) {
  state& s = *state_;
  const std::string action = s.failure(name);
  s.check_readable();
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, action);
  const file_place place = s.select(
      name, shape_as_wanted(info, part.type, axes_of(part.dataset.size(), subscripts)), subscripts);
  if (place.shape() != part.dataset)
    throw shape_error(
        fmt::format("{}: the part that is selected of shape {} has shape {}, the array {}", action,
                    shape_text(info.shape), shape_text(place.shape()), shape_text(part.dataset)));
  read_into(name, place.part(part), data);
}

std::vector<index_t> hdf5_file::shape(const std::string& name) {
  state& s = *state_;
  return hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, s.failure(name)).shape;
}

std::string hdf5_file::dtype(const std::string& name) {
  state& s = *state_;
  return hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, s.failure(name)).type_name;
}

bool hdf5_file::has(const std::string& name) {
  state& s = *state_;
  return text_from_root(s.comm, [&] { return hdf5_has(s.file.get(), name) ? "y" : "n"; }) == "y";
}

std::vector<std::string> hdf5_file::datasets() {
  state& s = *state_;
  // Paths hold no NUL, so it can part them.
  std::string text = text_from_root(s.comm, [&] {
    std::string joined;
    for (const std::string& name :
         hdf5_dataset_names(s.file.get(), fmt::format("cannot list '{}'", s.path)))
      joined += name + '\0';
    return joined;
  });
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size(); at += names.back().size() + 1)
    names.emplace_back(text.c_str() + at);
  return names;
}

} // namespace tessera
