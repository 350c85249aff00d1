#include "call_text.hpp"

#include "alignment.hpp"

#include <tessera/core/error.hpp>

#include <cstdio>
#include <cstring>
#include <vector>

namespace tessera::detail {

namespace {

std::string hex_text(std::uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(number));
  return text;
}

bool is_all(const operand_ref& view) {
  bool all = view.ndim == view.block->axes().size();
  for (std::size_t m = 0; all && m < view.ndim; ++m)
    all = view.walks[m].axis == static_cast<int>(m) && view.walks[m].start() == 0 &&
          view.walks[m].step == 1 && view.shape[m] == view.block->axes()[m].size();
  return all;
}

} // namespace

std::string call_text(const global_block& block) {
  const std::string number =
      block.identity() > 0 ? "array " + std::to_string(block.identity()) : "an array";
  return number + " of " + element_text(block.kind(), block.itemsize()) + ", " +
         distribution_text(block.axes().data(), block.axes().size());
}

std::string call_text(const operand_ref& operand) {
  if (operand.block != nullptr) {
    std::string whole = call_text(*operand.block);
    if (is_all(operand)) return whole;
    return "view " + tuple_text(operand.shape, operand.ndim) + " at " + places_text(operand) +
           " of " + whole;
  }
  std::string text = "a local array of shape " + tuple_text(operand.shape, operand.ndim);
  if (operand.is_comparable)
    text += " with elements of fingerprint " +
            hex_text(fingerprint_of_elements(operand.data, operand.itemsize, operand.ndim,
                                             operand.shape, operand.strides));
  return text;
}

bool is_comparable(const global_block& block) {
  return block.kind() != '?' && block.itemsize() <= 8; // without padding
}

std::string value_text(const global_block& block, const void* value) {
  const auto read = [&](auto number) {
    std::memcpy(&number, value, sizeof number);
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", static_cast<double>(number));
    return std::string(text);
  };
  if (block.kind() == 'f' && block.itemsize() == 8) return read(double{});
  if (block.kind() == 'f' && block.itemsize() == 4) return read(float{});
  if (block.kind() == 'i' && block.itemsize() == 8) return read(std::int64_t{});
  if (block.kind() == 'i' && block.itemsize() == 4) return read(int{});
  return "a value of fingerprint " +
         hex_text(
             fingerprint().add_bytes(value, static_cast<std::size_t>(block.itemsize())).value());
}

void form_text::add(double value) {
  char text[40];
  const int n = std::snprintf(text, sizeof text, "%s%.17g", scalars_.empty() ? "" : ", ", value);
  scalars_.insert(scalars_.end(), text, text + n);
}

void form_text::add(std::int64_t value) {
  const std::string text = (scalars_.empty() ? "" : ", ") + std::to_string(value);
  scalars_.insert(scalars_.end(), text.begin(), text.end());
}

std::string form_text::text() const {
  return (scalars_.empty() ? "no scalar"
                           : "scalars " + std::string(scalars_.begin(), scalars_.end())) +
         " in expression " + hex_text(form_.value());
}

fingerprint fingerprint_of(const axes_span& axes, const std::vector<halo_axis>& halo) {
  fingerprint result;
  for (const axis_distribution& axis : axes) {
    result.add(axis.size()).add(axis.parts()).add(axis.cyclic_block());
    for (int part = 0; axis.has_boundaries() && part < axis.parts(); ++part)
      result.add(axis.block(part).upper);
  }
  for (const halo_axis& width : halo) result.add(width.lower).add(width.upper).add(width.periodic);
  return result;
}

fingerprint fingerprint_of(const operand_ref& view) {
  fingerprint result = fingerprint_of(view.block->axes(), view.block->halo());
  result.add(view.block->identity()).add(view.itemsize).add(view.shape, view.ndim);
  for (std::size_t m = 0; m < view.ndim; ++m)
    result.add(view.walks[m].axis).add(view.walks[m].start()).add(view.walks[m].step);
  for (std::size_t d = 0; d < view.block->axes().size(); ++d)
    if (walk_along(view, d) < 0) result.add(view.fixed[d]);
  return result;
}

} // namespace tessera::detail
