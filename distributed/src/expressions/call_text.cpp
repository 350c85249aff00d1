#include "expressions/call_text.hpp"

#include "expressions/alignment.hpp"

#include <tessera/core/error.hpp>

#include <cstdio>
#include <vector>

namespace tessera::detail {

namespace {

bool is_all(const view_ref& view) {
  bool all = view.ndim == view.block->axes().size();
  for (std::size_t m = 0; all && m < view.ndim; ++m)
    all = view.walks[m].axis == static_cast<int>(m) && view.walks[m].start() == 0 &&
          view.walks[m].step == 1 && view.shape[m] == view.block->axes()[m].size();
  return all;
}

} // namespace

std::string call_text(const view_ref& view) {
  std::string whole = call_text(*view.block);
  if (is_all(view)) return whole;
  return "view " + tuple_text(view.shape, view.ndim) + " at " + places_text(view) + " of " + whole;
}

std::string call_text(const operand_ref& operand) {
  if (operand.view() != nullptr) return call_text(*operand.view());
  const local_ref& local = *operand.local();
  std::string text = "a local array of shape " + tuple_text(local.shape, local.ndim);
  if (local.is_comparable)
    text += " with elements of fingerprint " +
            hex_text(fingerprint_of_elements(local.data, local.itemsize, local.ndim, local.shape,
                                             local.strides));
  return text;
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

fingerprint fingerprint_of(const view_ref& view) {
  fingerprint result = fingerprint_of(view.block->axes(), view.block->halo());
  result.add(view.block->identity()).add(view.itemsize).add(view.shape, view.ndim);
  for (std::size_t m = 0; m < view.ndim; ++m)
    result.add(view.walks[m].axis).add(view.walks[m].start()).add(view.walks[m].step);
  for (std::size_t d = 0; d < view.block->axes().size(); ++d)
    if (walk_along(view, d) < 0) result.add(view.fixed[d]);
  return result;
}

} // namespace tessera::detail
