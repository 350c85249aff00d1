#include <tessera/core/types/advance_index.hpp>
#include <tessera/distributed/functions/random.hpp>

namespace tessera::detail {

own_rows::own_rows(const view_ref& view, const evaluation& run)
    : view_(view), run_(run), part_(run.part_of(view)) {
  run.check_boxes();
}

bool own_rows::next() {
  if (!is_started_) {
    is_started_ = true;
    for (std::size_t m = 0; m < view_.ndim; ++m)
      if (part_.shape[m] == 0) return false;
    return true;
  }
  return advance_index(at_, view_.ndim - 1, part_.shape) > 0;
}

index_t own_rows::first() const {
  index_t result = 0;
  for (std::size_t m = 0; m < view_.ndim; ++m)
    result = result * view_.shape[m] + run_.lower()[m] + at_[m];
  return result;
}

std::byte* own_rows::data() const {
  index_t offset = 0;
  for (std::size_t m = 0; m + 1 < view_.ndim; ++m) offset += at_[m] * part_.strides[m];
  return part_.data + offset * view_.itemsize;
}

} // namespace tessera::detail
