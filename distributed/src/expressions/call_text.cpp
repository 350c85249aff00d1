#include "expressions/call_text.hpp"

#include "expressions/alignment.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <string_view>
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

void append(std::vector<char>& list, std::string_view text) {
  const std::string_view between = list.empty() ? "" : ", ";
  list.insert(list.end(), between.begin(), between.end());
  list.insert(list.end(), text.begin(), text.end());
}

} // namespace

std::string call_text(const view_ref& view) {
  std::string whole = call_text(*view.block);
  if (is_all(view)) return whole;
  return fmt::format("view {} at {} of {}", tuple_text(view.shape, view.ndim), places_text(view),
                     whole);
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

void form_text::add(double value) { append(scalars_, digits17_text(value)); }

void form_text::add(std::int64_t value) { append(scalars_, number_text(value)); }

std::string form_text::text() const {
  return fmt::format("{}{} in expression {}", scalars_.empty() ? "no scalar" : "scalars ",
                     std::string_view(scalars_.data(), scalars_.size()), hex_text(form_.value()));
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
