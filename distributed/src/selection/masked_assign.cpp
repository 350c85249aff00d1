#include <tessera/distributed/selection/masked_assign.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

namespace tessera::detail {

void check_chosen_values(index_t values, index_t chosen, bool repeats) {
  const bool is_right = repeats ? values > 0 || chosen == 0 : values == chosen;
  if (!is_right) throw_mask_values(values, chosen);
}

buffer own_values(const chosen_order& order, const std::byte* values, index_t n, index_t itemsize,
                  bool is_comparable) {
  agree_if_checked(order.comm(), "values for chosen elements", [&] {
    const auto bytes = static_cast<std::size_t>(is_comparable ? n * itemsize : 0);
    return fmt::format("{} values that amount to {:016x}", n,
                       fingerprint().add_bytes(values, bytes).value());
  });
  index_t count = 0;
  for (const chosen_piece& piece : order.pieces()) count += piece.count;
  buffer own = collectively(order.comm(),
                            [&] { return buffer(static_cast<std::size_t>(count * itemsize)); });
  std::byte* to = own.data();
  for (const chosen_piece& piece : order.pieces())
    for (index_t done = 0; done < piece.count;) {
      const index_t at = (piece.position + done) % n;
      const index_t length = std::min(piece.count - done, n - at);
      std::memcpy(to, values + at * itemsize, static_cast<std::size_t>(length * itemsize));
      to += length * itemsize;
      done += length;
    }
  return own;
}

buffer own_values_from(const chosen_order& order, const axis_distribution& target,
                       const std::byte* block, index_t itemsize) {
  const chosen_plan plan(order, target, itemsize);
  buffer own = collectively(
      order.comm(), [&] { return buffer(static_cast<std::size_t>(plan.chosen() * itemsize)); });
  plan.fetch(block, own.data());
  return own;
}

axis_distribution blocks_beside(const view_ref& like, index_t size) {
  int dims = 0;
  result_dims(like, 1, &size, &dims);
  return {size, dims};
}

bool lies_in_blocks(const view_ref& view, const axis_distribution& axis, const view_ref& like) {
  return is_whole(view) && view.block->axes()[0] == axis &&
         view.block->comm().same_ranks(like.block->comm());
}

} // namespace tessera::detail
