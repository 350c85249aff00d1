/// @file
/// Many steps of a stencil with one exchange of halos for several of them.
#pragma once

#include <tessera/distributed/stencil.hpp>
#include <tessera/distributed/time_blocking.hpp>

#include <cstdint>
#include <utility>

namespace tessera {

namespace detail {

/// Owner of something that can be called with these arguments; a void result counts as true.
template <class... Args> class owned_predicate {
public:
  owned_predicate() = default;
  template <class F>
  requires(std::is_invocable_v<F&, Args...>)
      owned_predicate(F f) // implicit: what a user assigns is a lambda
      : object_(new F(std::move(f))), call_(&call<F>), destroy_(&destroy<F>) {}
  owned_predicate(owned_predicate&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)), call_(other.call_),
        destroy_(other.destroy_) {}
  owned_predicate& operator=(owned_predicate&& other) noexcept {
    std::swap(object_, other.object_);
    std::swap(call_, other.call_);
    std::swap(destroy_, other.destroy_);
    return *this;
  }
  owned_predicate(const owned_predicate&) = delete;
  owned_predicate& operator=(const owned_predicate&) = delete;
  ~owned_predicate() {
    if (object_ != nullptr) destroy_(object_);
  }

  explicit operator bool() const { return object_ != nullptr; }
  bool operator()(Args... args) const { return call_(object_, args...); }

private:
  template <class F> static bool call(void* object, Args... args) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, Args...>>) {
      (*static_cast<F*>(object))(args...);
      return true;
    } else {
      return static_cast<bool>((*static_cast<F*>(object))(args...));
    }
  }
  template <class F> static void destroy(void* object) { delete static_cast<F*>(object); }

  void* object_ = nullptr;
  bool (*call_)(void*, Args...) = nullptr;
  void (*destroy_)(void*) = nullptr;
};

/// How many of `n` elements lie before the next cache line. A row written from there on goes out in
/// whole lines: from the second-level cache that is twice as fast.
template <class T> index_t cells_to_line(const T* row, index_t n) {
  const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(row) % cache_line);
  const index_t cells = (cache_line - past) % cache_line / index_t{sizeof(T)};
  return cells > 0 && cells < n ? cells : n;
}

// Nothing can be thrown out of a loop marked for OpenMP; see stencil_plane.
template <class T, std::size_t N, class Kernel>
void step_rows(std::byte* to_bytes, const std::byte* from_bytes, index_t rows, index_t n,
               const void* context) {
  const auto& c = *static_cast<const stencil_context<T, N, Kernel>*>(context);
  const Kernel kernel = *c.kernel;
  const neighbourhood<N> around = c.around;
  const index_t step = N > 1 ? around.strides[0] : 0;
  T* __restrict__ to = reinterpret_cast<T*>(to_bytes);
  const T* from = reinterpret_cast<const T*>(from_bytes);
  const auto value = [&](const T* center, index_t row) {
    return static_cast<T>(kernel(stencil_point<T, N>(center, around, row)));
  };
  for (; rows >= rows_at_once; rows -= rows_at_once) {
    index_t i = 0;
    for (index_t end = cells_to_line(to, n); i < n; end = n) {
#ifndef TESSERA_CHECKED
#pragma omp simd
#endif
      for (index_t k = i; k < end; ++k) {
        const T first = value(from + k, 0);
        const T second = value(from + k, 1);
        const T third = value(from + k, 2);
        const T fourth = value(from + k, 3);
        to[k] = first;
        to[k + step] = second;
        to[k + 2 * step] = third;
        to[k + 3 * step] = fourth;
      }
      i = end;
    }
    to += rows_at_once * step;
    from += rows_at_once * step;
  }
  for (; rows > 0; --rows, to += step, from += step) {
#ifndef TESSERA_CHECKED
#pragma omp simd
#endif
    for (index_t i = 0; i < n; ++i) to[i] = value(from + i, 0);
  }
}

} // namespace detail

/// How `iterate` works, and what it does between steps.
template <class T, std::size_t N> struct iterate_options {
  /// How far the kernel reads along any axis. Debug builds check that.
  index_t radius = 1;
  /// Steps between two exchanges of halos, of which each is `radius` cells wider; 0: tuned.
  index_t depth = 0;
  /// Cells of a tile along the last axis (of one or two), or rows along axis 1; 0: tuned.
  index_t tile = 0;
  /// Steps between two calls of what follows.
  index_t every = 0;
  /// Called with the number of steps done and the array; false ends the iteration.
  detail::owned_predicate<index_t, const global_array<T, N>&> on_steps = {};
  /// Called with the array and with what it was one step before; true ends the iteration.
  detail::owned_predicate<const global_array<T, N>&, const global_array<T, N>&> until = {};
};

template <class T, std::size_t N, class Kernel>
index_t iterate(global_array<T, N>& u, global_array<T, N>& v, index_t steps, const Kernel& kernel,
                const iterate_options<T, N>& options = {}) {
  const bool has_callback = bool(options.on_steps) || bool(options.until);
  detail::time_stepper stepper(
      u.view().node().ref(), v.view().node().ref(), steps,
      {options.radius, options.depth, options.tile, options.every, has_callback});
  const detail::stencil_context<T, N, Kernel> context{
      &kernel, {std::as_const(u).padded().strides(), halo<N>(options.radius)}};
  const detail::stencil_code code{&detail::step_rows<T, N, Kernel>, &context};
  index_t done = 0;
  while (done < steps) {
    const index_t stretch = stepper.next_stretch(done);
    if (stepper.advance(stretch, code)) std::swap(u, v);
    done += stretch;
    if (!has_callback || done % options.every != 0) continue;
    const bool stays = !options.on_steps || options.on_steps(done, std::as_const(u));
    const bool goes_on =
        stays && !(options.until && options.until(std::as_const(u), std::as_const(v)));
    if (!stepper.all_go_on(goes_on)) break;
  }
  return done;
}

} // namespace tessera
