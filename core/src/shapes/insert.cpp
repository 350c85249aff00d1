#include <tessera/core/error.hpp>
#include <tessera/core/shapes/insert.hpp>

#include <fmt/core.h>

namespace tessera::detail {

index_t place_between(index_t index, index_t n) {
  if (index < -n || index > n)
    throw index_error(
        fmt::format("nothing can be inserted at {} of an axis of {} elements", index, n));
  return index < 0 ? index + n : index;
}

slice::selection forward(slice::selection selected) {
  if (selected.count <= 1) return {selected.start, selected.count, 1};
  if (selected.step > 0) return selected;
  return {selected.start + (selected.count - 1) * selected.step, selected.count, -selected.step};
}

} // namespace tessera::detail
