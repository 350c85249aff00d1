#include "copies/cache_bypass.hpp"
#include "transforms/half_spectrum.hpp"
#include "transforms/line_loads.hpp"
#include "transforms/line_run.hpp"
#include "transforms/line_walk.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/core/transforms/axis_transform.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace tessera::detail {

namespace {

/// Are lines of real numbers taken as half as many complex ones?
bool has_halves(line_kind kind, index_t n) {
  return kind != line_kind::complex_to_complex && n % 2 == 0;
}

/// In bytes, of complex numbers.
template <class T> index_t size_of_result(const axis_transform& what) {
  index_t size = what.to.length * 2 * static_cast<index_t>(sizeof(T));
  for (std::size_t d = 0; d < what.ndim; ++d) size *= d == what.axis ? 1 : what.shape[d];
  return size;
}

/// One axis_transform under way: a block of lines at a time.
template <class T> class transforming {
public:
  explicit transforming(const axis_transform& what)
      : what_(what), halves_(has_halves(what.kind, what.n)),
        bypasses_(size_of_result<T>(what) >= bypass_from),
        plan_(plan_of<T>(halves_ ? what.n / 2 : what.n)) {
    const index_t size = buffer_size(*plan_, most_lines());
    memory_ = buffer(static_cast<std::size_t>(4 * size) * sizeof(T));
    T* at = reinterpret_cast<T*>(memory_.data());
    for (split_lines<T>& pair : buffers_.at) {
      pair = {at, at + size};
      at += 2 * size;
    }
  }

  /// Lines of a block: some that fit into a share of the last cache, one where vectors work along
  /// it.
  [[nodiscard]] index_t most_lines() const {
    const bool along = what_.from.strides[what_.axis] == 1 && what_.to.strides[what_.axis] == 1;
    if (along && plan_->takes_single_lines()) return 1;
    constexpr index_t cached = index_t{1} << 20;
    constexpr index_t least = 64 / (2 * static_cast<index_t>(sizeof(T)));
    const index_t fitting = cached / (2 * static_cast<index_t>(sizeof(T)) * plan_->length());
    return std::clamp(fitting / least * least, least, 4 * least);
  }

  void run(const T* from, T* to) {
    line_walk walk(what_, most_lines(), 2 * static_cast<index_t>(sizeof(T)), from);
    while (walk.next()) {
      if (works_in_memory(walk))
        run_in_memory(walk, from, to);
      else
        run_through_buffers(walk, from, to);
    }
    if (bypasses_) end_bypass();
  }

private:
  [[nodiscard]] index_t steps(const strided_lines& x) const { return x.strides[what_.axis]; }

  [[nodiscard]] bool works_in_memory(const line_walk& walk) const {
    const bool whole = what_.kind == line_kind::complex_to_complex && !what_.has_real &&
                       what_.from.length == what_.n && plan_->passes().size() > 1;
    if (walk.count() == 1 && steps(what_.from) == 1 && steps(what_.to) == 1) return whole;
    return whole && walk.count() > 1 && walk.from_is_adjacent() && walk.to_is_adjacent();
  }

  void run_in_memory(const line_walk& walk, const T* from, T* to) {
    // Only read: passes take one kind of memory for both.
    const complex_lines<T> source{const_cast<T*>(from) + 2 * walk.from()[0], 2 * steps(what_.from),
                                  what_.is_inverse, T(1), false};
    complex_lines<T> target{to + 2 * walk.to()[0], 2 * steps(what_.to), what_.is_inverse,
                            static_cast<T>(what_.scale), false};
    target.bypasses = bypasses_ && fills_lines(target, walk.count());
    run_lines(*plan_, walk.count(), buffers_, &source, &target);
  }

  /// Does what is written consist of whole lines of the cache?
  [[nodiscard]] bool fills_lines(const complex_lines<T>& target, index_t lines) const {
    constexpr index_t line = 64 / static_cast<index_t>(sizeof(T));
    if (reinterpret_cast<std::uintptr_t>(target.data) % 64 != 0) return false;
    // Of one line, each of the last pass's parts.
    if (lines == 1) return 2 * plan_->passes().back().before % line == 0;
    return target.row % line == 0 && 2 * lines % line == 0;
  }

  void run_through_buffers(const line_walk& walk, const T* from, T* to) {
    buffers_.current = 0;
    load(walk, from);
    const bool backwards = what_.is_inverse && what_.kind != line_kind::real_to_complex;
    if (backwards) exchange();
    run_lines(*plan_, walk.count(), buffers_);
    if (backwards) exchange();
    store(walk, to);
  }

  void exchange() {
    for (split_lines<T>& x : buffers_.at) x = {x.im, x.re};
  }

  void load(const line_walk& walk, const T* from) {
    const line_places at{walk.from(), walk.count(), steps(what_.from)};
    const bool chirps = plan_->by_chirp() != nullptr;
    const buffer_order<T> order{walk.count(), chirps ? plan_->length() : plan_->first_stretch()};
    const index_t length = what_.from.length;
    if (what_.kind == line_kind::complex_to_real) {
      load_spectrum(at, order, from);
    } else if (halves_) {
      load_pairs(from, at, length, what_.n / 2, buffers_.lines(), order);
    } else if (what_.kind == line_kind::real_to_complex || what_.has_real) {
      load_real_lines(from, at, length, what_.n, buffers_.lines(), order);
    } else {
      load_complex_lines(from, at, length, what_.n, buffers_.lines(), order);
    }
  }

  void load_spectrum(const line_places& at, const buffer_order<T>& order, const T* from) {
    const index_t half = what_.n / 2 + 1;
    const buffer_order<T> dense{at.count, half};
    load_complex_lines(from, at, std::min(half, what_.from.length), half, buffers_.other(), dense);
    if (what_.is_conjugated) negate(buffers_.other().im, half * at.count);
    if (halves_)
      pairs_of_spectrum(buffers_.other(), what_.n / 2, plan_->half_turns(), buffers_.lines(),
                        order);
    else
      complete_spectrum(buffers_.other(), what_.n, buffers_.lines(), order);
  }

  void store(const line_walk& walk, T* to) {
    const line_places at{walk.to(), walk.count(), steps(what_.to)};
    const T scale = static_cast<T>(what_.scale);
    if (what_.kind == line_kind::real_to_complex) {
      if (halves_) {
        spectrum_of_pairs(buffers_.lines(), what_.n / 2, at.count, plan_->half_turns(),
                          buffers_.other());
        buffers_.swap();
      }
      if (what_.is_conjugated) negate(buffers_.lines().im, what_.to.length * at.count);
    }
    if (what_.kind != line_kind::complex_to_real)
      store_complex_lines(buffers_.lines(), scale, what_.to.length, to, at);
    else if (halves_)
      store_pairs(buffers_.lines(), scale, what_.n / 2, to, at);
    else
      store_real_lines(buffers_.lines(), scale, what_.n, to, at);
  }

  static void negate(T* numbers, index_t count) {
    for (index_t i = 0; i < count; ++i) numbers[i] = -numbers[i];
  }

  const axis_transform& what_;
  bool halves_;
  bool bypasses_; // the result is larger than what caches hold
  std::shared_ptr<const line_plan<T>> plan_;
  buffer memory_;
  line_buffers<T> buffers_;
};

} // namespace

template <class T> void run_transform(const axis_transform& what, const void* from, void* to) {
  for (std::size_t d = 0; d < what.ndim; ++d)
    if (d != what.axis && what.shape[d] == 0) return;
  transforming<T>(what).run(static_cast<const T*>(from), static_cast<T*>(to));
}

template <class T> void prepare_transform(line_kind kind, index_t n) {
  const bool halves = has_halves(kind, n);
  const auto plan = plan_of<T>(halves ? n / 2 : n);
  if (halves) static_cast<void>(plan->half_turns());
}

template void prepare_transform<float>(line_kind, index_t);
template void prepare_transform<double>(line_kind, index_t);
template void run_transform<float>(const axis_transform&, const void*, void*);
template void run_transform<double>(const axis_transform&, const void*, void*);

} // namespace tessera::detail
