#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/loops/overlap.hpp>

#include <array>
#include <utility>

namespace tessera::detail {

namespace {

/// An integer unknown in [low, high], multiplied by a positive step.
struct term {
  index_t step;
  index_t low;
  index_t high;
};

/// Is there a choice of all unknowns whose sum is a given value? Two elements share a byte exactly
/// when such a sum over both arrays' axes equals the distance of their first bytes.
class bounded_equation {
public:
  void add(index_t step, index_t low, index_t high) {
    if (step == 0 || (low == 0 && high == 0)) return;
    if (step < 0) {
      step = -step;
      low = -std::exchange(high, -low);
    }
    for (std::size_t i = 0; i < count_; ++i) {
      if (terms_[i].step != step) continue;
      terms_[i].low += low;
      terms_[i].high += high;
      return;
    }
    std::size_t i = count_++;
    for (; i > 0 && terms_[i - 1].step < step; --i) terms_[i] = terms_[i - 1];
    terms_[i] = {step, low, high};
  }

  bool solvable(index_t sum) {
    least_[count_] = most_[count_] = 0;
    for (std::size_t i = count_; i-- > 0;) {
      least_[i] = least_[i + 1] + terms_[i].step * terms_[i].low;
      most_[i] = most_[i + 1] + terms_[i].step * terms_[i].high;
    }
    return search(0, sum);
  }

private:
  static index_t floor_divide(index_t a, index_t b) { return a / b - (a % b < 0); }

  bool search(std::size_t i, index_t sum) {
    if (sum < least_[i] || sum > most_[i]) return false;
    if (i == count_) return true;
    if (--budget_ < 0) return true;
    const term& t = terms_[i];
    index_t low = -floor_divide(most_[i + 1] - sum, t.step);
    index_t high = floor_divide(sum - least_[i + 1], t.step);
    if (low < t.low) low = t.low;
    if (high > t.high) high = t.high;
    for (index_t value = low; value <= high; ++value)
      if (search(i + 1, sum - value * t.step)) return true;
    return false;
  }

  std::array<term, 2 * max_ndim + 1> terms_;
  std::array<index_t, 2 * max_ndim + 2> least_;
  std::array<index_t, 2 * max_ndim + 2> most_;
  std::size_t count_ = 0;
  int budget_ = 10000;
};

/// Addresses, half open, between which all elements lie.
struct address_range {
  std::uintptr_t first;
  std::uintptr_t last;
};

address_range range_of(const memory_extent& e) {
  const auto origin = reinterpret_cast<std::uintptr_t>(e.data);
  address_range range{origin, origin + static_cast<std::uintptr_t>(e.itemsize)};
  for (std::size_t d = 0; d < e.ndim; ++d) {
    // Unsigned addresses wrap around as signed steps want.
    const auto reach = static_cast<std::uintptr_t>(e.strides[d] * (e.shape[d] - 1));
    (e.strides[d] < 0 ? range.first : range.last) += reach;
  }
  return range;
}

} // namespace

bool share_memory(const memory_extent& a, const memory_extent& b) {
  const address_range of_a = range_of(a);
  const address_range of_b = range_of(b);
  if (of_a.last <= of_b.first || of_b.last <= of_a.first) return false;
  bounded_equation equation;
  for (std::size_t d = 0; d < a.ndim; ++d) {
    if (a.shape[d] == 0) return false;
    equation.add(a.strides[d], 0, a.shape[d] - 1);
  }
  for (std::size_t d = 0; d < b.ndim; ++d) {
    if (b.shape[d] == 0) return false;
    equation.add(b.strides[d], 1 - b.shape[d], 0);
  }
  equation.add(1, 1 - b.itemsize, a.itemsize - 1);
  const auto address = [](const std::byte* p) { return reinterpret_cast<std::uintptr_t>(p); };
  return equation.solvable(static_cast<index_t>(address(b.data) - address(a.data)));
}

} // namespace tessera::detail
