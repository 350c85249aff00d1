#include "nest.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace tessera::detail {

namespace {

void drop_unit_axes(nest& loops) {
  std::size_t kept = 0;
  for (std::size_t d = 0; d < loops.ndim; ++d) {
    if (loops.shape[d] == 1) continue;
    loops.shape[kept] = loops.shape[d];
    for (std::size_t k = 0; k < loops.count; ++k)
      loops.operands[k].strides[kept] = loops.operands[k].strides[d];
    ++kept;
  }
  loops.ndim = kept;
}

/// Runs axes forward along which the leading operand runs backward.
void flip_backward_axes(nest& loops) {
  for (std::size_t d = 0; d < loops.ndim; ++d) {
    if (loops.step(0, d) >= 0) continue;
    for (std::size_t k = 0; k < loops.count; ++k) {
      loop_operand& operand = loops.operands[k];
      operand.data += operand.strides[d] * (loops.shape[d] - 1) * operand.itemsize;
      operand.strides[d] = -operand.strides[d];
    }
  }
}

/// Should axis b run outside axis a? The first operand that tells them apart decides.
bool runs_outside(const nest& loops, std::size_t b, std::size_t a) {
  for (std::size_t k = 0; k < loops.count; ++k) {
    const index_t step_a = std::abs(loops.step(k, a));
    const index_t step_b = std::abs(loops.step(k, b));
    if (step_a != step_b && step_a != 0 && step_b != 0) return step_b > step_a;
  }
  return false;
}

void order_axes(nest& loops) {
  for (std::size_t i = 1; i < loops.ndim; ++i) {
    for (std::size_t d = i; d > 0 && runs_outside(loops, d, d - 1); --d) {
      std::swap(loops.shape[d], loops.shape[d - 1]);
      for (std::size_t k = 0; k < loops.count; ++k)
        std::swap(loops.operands[k].strides[d], loops.operands[k].strides[d - 1]);
    }
  }
}

bool collapsible(const nest& loops, std::size_t outer, std::size_t inner) {
  for (std::size_t k = 0; k < loops.count; ++k)
    if (loops.step(k, outer) != loops.step(k, inner) * loops.shape[inner]) return false;
  return true;
}

void collapse_axes(nest& loops) {
  if (loops.ndim == 0) return;
  std::size_t kept = 0;
  for (std::size_t d = 1; d < loops.ndim; ++d) {
    const bool joined = collapsible(loops, kept, d);
    if (!joined) ++kept;
    loops.shape[kept] = joined ? loops.shape[kept] * loops.shape[d] : loops.shape[d];
    for (std::size_t k = 0; k < loops.count; ++k)
      loops.operands[k].strides[kept] = loops.operands[k].strides[d];
  }
  loops.ndim = kept + 1;
}

constexpr index_t line = 64;        // bytes of a cache line
constexpr index_t ahead = 32;       // items
constexpr index_t short_run = 4096; // bytes

template <std::size_t Size, bool Far>
void copy_items(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                index_t n) {
  struct item {
    std::byte bytes[Size];
  };
  for (index_t i = 0; i < n; ++i) {
    if constexpr (Far) {
      __builtin_prefetch(from + (i + ahead) * from_step, 0);
      __builtin_prefetch(to + (i + ahead) * to_step, 1);
    }
    item value;
    std::memcpy(&value, from + i * from_step, Size);
    std::memcpy(to + i * to_step, &value, Size);
  }
}

/// Where every item is on a cache line of its own, asking early lets several misses be under way.
template <std::size_t Size>
void copy_items(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                index_t n) {
  if (std::abs(to_step) >= line || std::abs(from_step) >= line)
    copy_items<Size, true>(to, to_step, from, from_step, n);
  else
    copy_items<Size, false>(to, to_step, from, from_step, n);
}

/// Copies adjacent bytes; cheaper than a call of memcpy for each short row.
void copy_run(std::byte* to, const std::byte* from, index_t bytes) {
  for (; bytes >= line; bytes -= line, to += line, from += line) std::memcpy(to, from, line);
  for (; bytes >= 8; bytes -= 8, to += 8, from += 8) std::memcpy(to, from, 8);
  if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

} // namespace

void rearrange(nest& loops) {
  drop_unit_axes(loops);
  if (loops.count > 0) {
    flip_backward_axes(loops);
    order_axes(loops);
  }
  collapse_axes(loops);
}

void copy_row(std::byte* to, index_t to_step, const std::byte* from, index_t from_step, index_t n,
              index_t itemsize) {
  switch (itemsize) {
  case 1: return copy_items<1>(to, to_step, from, from_step, n);
  case 2: return copy_items<2>(to, to_step, from, from_step, n);
  case 4: return copy_items<4>(to, to_step, from, from_step, n);
  case 8: return copy_items<8>(to, to_step, from, from_step, n);
  case 16: return copy_items<16>(to, to_step, from, from_step, n);
  case 32: return copy_items<32>(to, to_step, from, from_step, n);
  default: break;
  }
  for (index_t i = 0; i < n; ++i) {
    if (itemsize <= short_run)
      copy_run(to + i * to_step, from + i * from_step, itemsize);
    else
      std::memcpy(to + i * to_step, from + i * from_step, static_cast<std::size_t>(itemsize));
  }
}

} // namespace tessera::detail
