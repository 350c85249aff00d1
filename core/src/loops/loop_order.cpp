#include "loops/loop_order.hpp"

#include <cstdlib>
#include <utility>

namespace tessera::detail {

namespace {

void drop_unit_axes(loop_nest& loops) {
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
void flip_backward_axes(loop_nest& loops) {
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
bool runs_outside(const loop_nest& loops, std::size_t b, std::size_t a) {
  for (std::size_t k = 0; k < loops.count; ++k) {
    const index_t step_a = std::abs(loops.step(k, a));
    const index_t step_b = std::abs(loops.step(k, b));
    if (step_a != step_b && step_a != 0 && step_b != 0) return step_b > step_a;
  }
  return false;
}

void order_axes(loop_nest& loops) {
  for (std::size_t i = 1; i < loops.ndim; ++i) {
    for (std::size_t d = i; d > 0 && runs_outside(loops, d, d - 1); --d) {
      std::swap(loops.shape[d], loops.shape[d - 1]);
      for (std::size_t k = 0; k < loops.count; ++k)
        std::swap(loops.operands[k].strides[d], loops.operands[k].strides[d - 1]);
    }
  }
}

bool collapsible(const loop_nest& loops, std::size_t outer, std::size_t inner) {
  for (std::size_t k = 0; k < loops.count; ++k)
    if (loops.step(k, outer) != loops.step(k, inner) * loops.shape[inner]) return false;
  return true;
}

void collapse_axes(loop_nest& loops) {
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

} // namespace

void order_loops(loop_nest& loops) {
  drop_unit_axes(loops);
  if (loops.count > 0) {
    flip_backward_axes(loops);
    order_axes(loops);
  }
  collapse_axes(loops);
}

} // namespace tessera::detail
