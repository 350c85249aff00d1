// Boxes and other views of a global array, read, written and changed by one rank.
#include "blocks/block_text.hpp"
#include "one_sided/pieces.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/expressions/operand_text.hpp>
#include <tessera/distributed/one_sided/access.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

namespace tessera::detail {

namespace {

void check_part(const one_sided_state& state, const view_ref& part, const array_ref& local) {
  if (part.block != &state.block())
    throw argument_error(fmt::format("one-sided access was opened to {}, and is asked for {}",
                                     call_text(state.block()), call_text(part)));
  if (std::equal(part.shape, part.shape + part.ndim, local.shape)) return;
  throw shape_error(fmt::format("one-sided access to {} elements of {} with a local array of shape "
                                "{}, on rank {}",
                                tuple_text(part.shape, part.ndim), call_text(state.block()),
                                tuple_text(local.shape, part.ndim), state.comm().rank()));
}

/// The elements of a piece where they lie.
array_ref at_owner(const owned_piece& p, std::byte* base, const view_ref& part) {
  return {base + p.at, part.itemsize, part.ndim, p.shape, p.strides};
}
array_ref beside(const owned_piece& p, const view_ref& part) {
  return {p.local, part.itemsize, part.ndim, p.shape, p.local_strides};
}
/// For MPI, which counts bytes.
array_ref in_bytes(const owned_piece& p, const view_ref& part) {
  return {nullptr, part.itemsize, part.ndim, p.shape, p.steps};
}

/// The same elements without gaps.
class packed_piece {
public:
  packed_piece(const owned_piece& p, const view_ref& part)
      : piece(p), memory_(static_cast<std::size_t>(p.size(part.ndim) * part.itemsize)) {
    index_t step = 1;
    for (std::size_t m = part.ndim; m-- > 0; step *= p.shape[m]) strides_[m] = step;
  }
  [[nodiscard]] std::byte* data() const { return memory_.data(); }
  [[nodiscard]] array_ref ref(const view_ref& part) const {
    return {memory_.data(), part.itemsize, part.ndim, piece.shape, strides_};
  }
  owned_piece piece;

private:
  buffer memory_;
  index_t strides_[max_ndim];
};

/// Changes one row of elements, as far as they have a lock in common at a time.
void change_row(const one_sided_state& state, int owner, index_t at, std::byte* to, index_t step,
                const std::byte* from, index_t from_step, index_t n, const element_change& change) {
  while (n > 0) {
    const index_t bytes = state.locks().guarded_bytes(at);
    const index_t count = step > 0 ? std::min(n, (bytes + step - 1) / step) : n;
    {
      const guarded here(state.locks(), owner, at);
      change.call(change.context, to, step, from, from_step, count);
    }
    n -= count;
    at += count * step;
    to += count * step;
    from += count * from_step;
  }
}

/// Calls `visit(owner's distance, local element)` for each row along an axis.
template <class Visit>
void each_row(const owned_piece& p, std::size_t ndim, std::size_t along, index_t itemsize,
              const Visit& visit) {
  index_t at[max_ndim] = {};
  index_t distance = 0;
  index_t local = 0;
  while (true) {
    visit(distance, p.local + local);
    std::size_t m = ndim;
    while (m > 0) {
      const std::size_t d = m - 1;
      if (d != along) {
        distance += p.steps[d];
        local += p.local_strides[d] * itemsize;
        if (++at[d] < p.shape[d]) break;
        distance -= p.steps[d] * p.shape[d];
        local -= p.local_strides[d] * itemsize * p.shape[d];
        at[d] = 0;
      }
      --m;
    }
    if (m == 0) return;
  }
}

/// Copies a piece from or to where it lies. A small one goes row by row, before the loop nest would
/// have looked at it.
template <bool ToOwner>
void copy_piece(const owned_piece& p, std::byte* base, const view_ref& part) {
  constexpr index_t small = 8192; // bytes
  const std::size_t last = part.ndim - 1;
  const index_t row = p.shape[last] * part.itemsize;
  const bool is_adjacent =
      p.shape[last] == 1 || (p.strides[last] == 1 && p.local_strides[last] == 1);
  if (!is_adjacent || p.size(part.ndim) * part.itemsize > small) {
    if constexpr (ToOwner)
      return copy_elements(at_owner(p, base, part), beside(p, part));
    else
      return copy_elements(beside(p, part), at_owner(p, base, part));
  }
  each_row(p, part.ndim, last, part.itemsize, [&](index_t distance, std::byte* local) {
    std::byte* const there = base + p.at + distance;
    std::memcpy(ToOwner ? there : local, ToOwner ? local : there, static_cast<std::size_t>(row));
  });
}

/// The axis along which the owner's elements lie closest.
std::size_t closest_axis(const owned_piece& p, std::size_t ndim) {
  std::size_t best = ndim - 1;
  for (std::size_t m = ndim; m-- > 0;)
    if (p.shape[m] > 1 && (p.shape[best] == 1 || p.steps[m] < p.steps[best])) best = m;
  return best;
}

void change_here(const one_sided_state& state, const owned_piece& p, const view_ref& part,
                 const element_change& change) {
  std::byte* const base = state.memory().at(p.owner);
  const std::size_t along = closest_axis(p, part.ndim);
  const index_t local_step = p.local_strides[along] * part.itemsize;
  each_row(p, part.ndim, along, part.itemsize, [&](index_t distance, const std::byte* local) {
    change_row(state, p.owner, p.at + distance, base + p.at + distance, p.steps[along], local,
               local_step, p.shape[along], change);
  });
}

/// Under the owner's lock, for all of a piece.
void change_locked(const one_sided_state& state, const owned_piece& p, const view_ref& part,
                   const element_change& change) {
  const std::size_t along = part.ndim - 1;
  const index_t local_step = p.local_strides[along] * part.itemsize;
  const guarded here(state.locks(), p.owner, p.at);
  if (std::byte* const base = state.memory().at(p.owner)) {
    each_row(p, part.ndim, along, part.itemsize, [&](index_t distance, const std::byte* local) {
      change.call(change.context, base + p.at + distance, p.steps[along], local, local_step,
                  p.shape[along]);
    });
    return;
  }
  const packed_piece between(p, part);
  state.memory().get(p.owner, p.at, in_bytes(p, part), between.data());
  state.memory().flush(p.owner);
  std::byte* to = between.data(); // rows in the same order
  each_row(p, part.ndim, along, part.itemsize, [&](index_t, const std::byte* local) {
    change.call(change.context, to, part.itemsize, local, local_step, p.shape[along]);
    to += p.shape[along] * part.itemsize;
  });
  state.memory().put(p.owner, p.at, in_bytes(p, part), between.data());
  state.memory().flush(p.owner);
}

} // namespace

void check_box(const index_t* lower, const index_t* upper, const index_t* shape, std::size_t ndim) {
  for (std::size_t d = 0; d < ndim; ++d)
    if (lower[d] < 0 || upper[d] < lower[d] || upper[d] > shape[d])
      throw index_error(
          fmt::format("one-sided access to the box from {} to {} of an array of shape "
                      "{}",
                      tuple_text(lower, ndim), tuple_text(upper, ndim), tuple_text(shape, ndim)));
}

void get_part(one_sided_state& state, const view_ref& part, const array_ref& to) {
  check_part(state, part, to);
  const rank_memory& memory = state.memory();
  std::vector<packed_piece> arriving;
  for (piece_walk walk(state, part, to); walk.next();) {
    const owned_piece& p = walk.piece();
    if (std::byte* const base = memory.at(p.owner)) {
      copy_piece<false>(p, base, part);
      continue;
    }
    arriving.emplace_back(p, part);
    memory.get(p.owner, p.at, in_bytes(p, part), arriving.back().data());
  }
  if (arriving.empty()) return;
  memory.flush_all();
  for (const packed_piece& each : arriving) copy_elements(beside(each.piece, part), each.ref(part));
}

void put_part(one_sided_state& state, const view_ref& part, const array_ref& from) {
  check_part(state, part, from);
  const rank_memory& memory = state.memory();
  state.has_written = true;
  std::vector<packed_piece> leaving;
  for (piece_walk walk(state, part, from); walk.next();) {
    const owned_piece& p = walk.piece();
    if (std::byte* const base = memory.at(p.owner)) {
      copy_piece<true>(p, base, part);
      continue;
    }
    leaving.emplace_back(p, part);
    copy_elements(leaving.back().ref(part), beside(p, part));
    memory.put(p.owner, p.at, in_bytes(p, part), leaving.back().data());
  }
  if (!leaving.empty()) memory.sent();
}

void change_part(one_sided_state& state, const view_ref& part, const array_ref& from,
                 const element_change& change) {
  check_part(state, part, from);
  state.has_written = true;
  for (piece_walk walk(state, part, from); walk.next();) {
    if (state.memory().is_shared())
      change_here(state, walk.piece(), part, change);
    else
      change_locked(state, walk.piece(), part, change);
  }
}

} // namespace tessera::detail
