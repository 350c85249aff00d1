#include "algebra/einsum_axes.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

std::string name_text(axis_label name) {
  return name < first_unnamed ? std::string(1, static_cast<char>(name))
                              : fmt::format("axis -{} of '...'", name - first_unnamed + 1);
}

[[noreturn]] void throw_sizes(const char* text, const einsum_shape* operands, std::size_t count,
                              axis_label name, index_t size, index_t other) {
  std::string shapes;
  for (std::size_t k = 0; k < count; ++k)
    shapes += (k > 0 ? ", " : "") + tuple_text(operands[k].shape, operands[k].labels->ndim);
  throw shape_error(fmt::format("einsum<\"{}\"> of shapes {}: {} has {} elements and {}", text,
                                shapes, name_text(name), size, other));
}

} // namespace

sizes_by_name::sizes_by_name(const einsum_shape* operands, std::size_t count) {
  std::fill_n(of, 256, index_t{1});
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t d = 0; d < operands[k].labels->ndim; ++d)
      if (operands[k].shape[d] != 1) of[operands[k].labels->names[d]] = operands[k].shape[d];
}

void find_einsum_shape(const char* text, const einsum_shape* operands, std::size_t count,
                       const axis_labels& result, index_t* shape) {
  const sizes_by_name sizes(operands, count);
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t d = 0; d < operands[k].labels->ndim; ++d) {
      const axis_label name = operands[k].labels->names[d];
      const index_t size = operands[k].shape[d];
      if (size != 1 && size != sizes.of[name])
        throw_sizes(text, operands, count, name, size, sizes.of[name]);
    }
  for (std::size_t d = 0; d < result.ndim; ++d) shape[d] = sizes.of[result.names[d]];
}

named_axes axes_of_operand(const einsum_shape& operand, const sizes_by_name& sizes) {
  named_axes axes;
  for (std::size_t d = 0; d < operand.labels->ndim; ++d) {
    const axis_label name = operand.labels->names[d];
    if (operand.shape[d] != sizes.of[name]) continue;
    const auto same = std::find_if(axes.begin(), axes.end(),
                                   [name](const named_axis& axis) { return axis.name == name; });
    if (same != axes.end())
      same->stride += operand.strides[d];
    else
      axes.push_back({name, operand.shape[d], operand.strides[d]});
  }
  return axes;
}

bool has_axis(const named_axes& axes, axis_label name) {
  return std::any_of(axes.begin(), axes.end(),
                     [name](const named_axis& axis) { return axis.name == name; });
}

index_t size_of_axes(const named_axes& axes) {
  index_t size = 1;
  for (const named_axis& axis : axes) size *= axis.size;
  return size;
}

void pack(named_axes& axes) {
  index_t stride = 1;
  for (std::size_t d = axes.size(); d-- > 0; stride *= axes[d].size) axes[d].stride = stride;
}

named_axes strides_in(const named_axes& of, const named_axes& others) {
  named_axes result = of;
  for (named_axis& axis : result) {
    axis.stride = 0;
    for (const named_axis& other : others)
      if (other.name == axis.name) axis.stride = other.stride;
  }
  return result;
}

index_t joined_stride(const named_axes& axes) {
  if (axes.empty()) return 1;
  for (std::size_t d = 0; d + 1 < axes.size(); ++d)
    if (axes[d].stride != axes[d + 1].stride * axes[d + 1].size) return -1;
  return axes.back().stride;
}

named_axes joined_lists(const named_axes& a, const named_axes& b, const named_axes& c) {
  named_axes result = a;
  result.insert(result.end(), b.begin(), b.end());
  result.insert(result.end(), c.begin(), c.end());
  return result;
}

} // namespace tessera::detail
