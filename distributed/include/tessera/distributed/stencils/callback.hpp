/// @file
/// A callback of any type. std::function would cost every file that includes it its compile time.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <type_traits>
#include <utility>

namespace tessera::detail {

/// Owner of something that can be called with these arguments; a void result counts as true.
template <class... Args> class callback {
public:
  callback() = default;
  template <class F>
  requires(std::is_invocable_v<F&, Args...>)
      callback(F f) // implicit: what a user assigns is a lambda
      : object_(new F(std::move(f))), call_(&call<F>), destroy_(&destroy<F>) {}
  callback(callback&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)), call_(other.call_),
        destroy_(other.destroy_) {}
  callback& operator=(callback&& other) noexcept {
    std::swap(object_, other.object_);
    std::swap(call_, other.call_);
    std::swap(destroy_, other.destroy_);
    return *this;
  }
  callback(const callback&) = delete;
  callback& operator=(const callback&) = delete;
  ~callback() {
    if (object_ != nullptr) destroy_(object_);
  }

  [[nodiscard]] bool is_set() const { return object_ != nullptr; }
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

} // namespace tessera::detail
