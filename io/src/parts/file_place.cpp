#include "parts/file_place.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

/// The array's axes in the order of the dataset's.
file_place numbered(std::vector<index_t> dataset, std::vector<file_place_axis> axes) {
  int next = 0;
  for (file_place_axis& a : axes)
    if (a.axis >= 0) a.axis = next++;
  return {std::move(dataset), std::move(axes)};
}

file_place_axis index_along(const std::vector<index_t>& dataset, std::size_t axis, index_t i,
                            const std::string& action) {
  const index_t n = dataset[axis];
  if (i < -n || i >= n)
    throw index_error(fmt::format("{}: index {} is outside axis {} of shape {}", action, i, axis,
                                  shape_text(dataset)));
  return {i < 0 ? i + n : i, 1, 1, -1};
}

file_place_axis slice_along(index_t n, const slice& part) {
  const slice::selection selected = part.of(n);
  // Nothing selected may begin behind the end, and a step beyond the axis cannot be counted with.
  if (selected.count == 0) return {0, 0, 1, 0};
  return {selected.start, selected.count, selected.count > 1 ? selected.step : 1, 0};
}

} // namespace

file_place file_place::whole(const std::vector<index_t>& dataset) {
  std::vector<file_place_axis> axes;
  axes.reserve(dataset.size());
  for (const index_t n : dataset) axes.push_back({0, n, 1, 0});
  return numbered(dataset, std::move(axes));
}

file_place file_place::first(const std::vector<index_t>& dataset) {
  return {dataset, std::vector<file_place_axis>(dataset.size())};
}

file_place file_place::frame(const std::vector<index_t>& dataset, index_t k) {
  file_place place = whole(dataset);
  place.axes.front() = {k, 1, 1, -1};
  return numbered(dataset, std::move(place.axes));
}

file_place file_place::select(const std::vector<index_t>& dataset,
                              std::initializer_list<file_subscript> subscripts,
                              const std::string& action) {
  if (subscripts.size() > dataset.size())
    throw index_error(fmt::format("{}: {} subscripts of shape {}", action, subscripts.size(),
                                  shape_text(dataset)));
  std::vector<file_place_axis> axes;
  for (const file_subscript& s : subscripts) {
    const std::size_t axis = axes.size();
    axes.push_back(s.is_index ? index_along(dataset, axis, s.index, action)
                              : slice_along(dataset[axis], s.part));
  }
  while (axes.size() < dataset.size()) axes.push_back({0, dataset[axes.size()], 1, 0});
  return numbered(dataset, std::move(axes));
}

std::vector<index_t> file_place::shape() const {
  std::vector<index_t> result;
  for (const file_place_axis& a : axes)
    if (a.axis >= 0) result.push_back(a.count);
  return result;
}

index_t file_place::size() const {
  index_t result = 1;
  for (const file_place_axis& a : axes) result *= a.count;
  return result;
}

bool file_place::is_box() const {
  return std::all_of(axes.begin(), axes.end(),
                     [](const file_place_axis& a) { return a.step == 1; });
}

bool file_place::is_dense() const {
  return std::all_of(axes.begin(), axes.end(),
                     [](const file_place_axis& a) { return a.step == 1 || a.step == -1; });
}

file_part file_place::part(const file_part& of_array) const {
  file_part result{of_array.type, dataset, {}, {of_array.memory.offset, {}, {}}};
  const bool is_empty = of_array.memory.size() == 0;
  for (const file_place_axis& a : axes) {
    const auto m = static_cast<std::size_t>(std::max(a.axis, 0));
    const index_t n = is_empty ? 0 : a.axis < 0 ? 1 : of_array.memory.shape[m];
    const index_t stride = a.axis < 0 || is_empty ? 0 : of_array.memory.strides[m];
    const index_t first = a.axis < 0 || is_empty ? 0 : of_array.lower[m];
    const bool backward = a.step < 0 && n > 0; // read forward, from the last one on
    result.lower.push_back(a.first + (backward ? first + n - 1 : first) * a.step);
    result.steps.push_back(backward ? -a.step : a.step);
    result.memory.shape.push_back(n);
    result.memory.strides.push_back(backward ? -stride : stride);
    if (backward) result.memory.offset += (n - 1) * stride;
  }
  if (axes.empty()) result.memory = of_array.memory; // of a scalar, some ranks have nothing
  return result;
}

std::string to_string(const file_place& place) {
  std::string text = "[";
  for (const file_place_axis& a : place.axes) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(a.first);
    if (a.axis < 0) continue;
    text += fmt::format(":{}", a.first + a.count * a.step);
    if (a.step != 1) text += fmt::format(":{}", a.step);
  }
  return text + ']';
}

} // namespace tessera::detail
