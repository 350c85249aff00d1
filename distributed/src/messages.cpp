#include "messages.hpp"

namespace tessera::detail {

namespace {

/// Elements first ... first + count - 1 of a region, the last axis fastest, as regions in that
/// order.
void cut(const region& r, index_t first, index_t count, std::vector<region>& result) {
  if (count == 0) return;
  if (count == r.size()) return result.push_back(r);
  std::size_t d = 0;
  while (r.shape[d] == 1) ++d;
  const index_t row = r.size() / r.shape[d];
  const index_t inside = first % row;
  region part = r;
  part.offset += first / row * r.strides[d];
  if (inside > 0 || count < row) {
    const index_t n = count < row - inside ? count : row - inside;
    part.shape[d] = 1;
    cut(part, inside, n, result);
    return cut(r, first + n, count - n, result);
  }
  part.shape[d] = count / row;
  result.push_back(part);
  cut(r, first + count / row * row, count % row, result);
}

} // namespace

std::vector<region> cut(const std::vector<region>& all, index_t first, index_t count) {
  std::vector<region> result;
  for (const region& r : all) {
    const index_t n = r.size();
    if (first < n && count > 0) {
      const index_t here = count < n - first ? count : n - first;
      cut(r, first, here, result);
      count -= here;
      first = n;
    }
    first -= n;
  }
  return result;
}

} // namespace tessera::detail
