/// @file
/// What lies beyond the ends of a global array's axes: boundary conditions.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/types/convert.hpp>
#include <tessera/core/types/operand.hpp>
#include <tessera/distributed/blocks/opaque.hpp>

#include <array>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

enum class boundary_kind {
  none,
  periodic,
  reflecting,
  antireflecting,
  extrapolated,
  fixed,
  function
};

/// A function that gives the cells beyond an end. Counted by those who hold it.
class boundary_function {
public:
  boundary_function() = default;
  boundary_function(const boundary_function&) = delete;
  boundary_function& operator=(const boundary_function&) = delete;
  virtual ~boundary_function() = default;
  /// Writes the value of the cell with a global index.
  virtual void write(const index_t* index, double time, std::byte* to) const = 0;
  /// Unless the compiler sees that it cannot: the same on all ranks.
  [[nodiscard]] virtual bool may_throw() const = 0;

private:
  friend class boundary_side;
  int users_ = 0;
};

/// The condition at one end of an axis. A value.
class boundary_side {
public:
  explicit boundary_side(boundary_kind kind = boundary_kind::none) : kind_(kind) {}
  /// The same bytes in every cell.
  explicit boundary_side(std::vector<std::byte> value)
      : kind_(boundary_kind::fixed), value_(std::move(value)) {}
  /// Takes the function over.
  explicit boundary_side(boundary_function* function)
      : kind_(boundary_kind::function), function_(function) {
    ++function_->users_;
  }
  boundary_side(const boundary_side& other)
      : kind_(other.kind_), value_(other.value_), function_(other.function_) {
    if (function_ != nullptr) ++function_->users_;
  }
  boundary_side& operator=(boundary_side other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(value_, other.value_);
    std::swap(function_, other.function_);
    return *this;
  }
  ~boundary_side() {
    if (function_ != nullptr && --function_->users_ == 0) delete function_;
  }

  [[nodiscard]] boundary_kind kind() const { return kind_; }
  [[nodiscard]] const std::vector<std::byte>& value() const { return value_; }
  [[nodiscard]] const boundary_function* function() const { return function_; }

private:
  boundary_kind kind_;
  std::vector<std::byte> value_;
  boundary_function* function_ = nullptr;
};

/// What elements are to the arithmetic of boundary conditions: rows of so many numbers each.
struct number_layout {
  enum class family { none, integer, floating };
  family is = family::none;
  int bytes = 0;
  int components = 1; ///< two in a complex number, those of a fixed array
};

template <class T> constexpr number_layout number_format_of() {
  using family = number_layout::family;
  constexpr int bytes = static_cast<int>(sizeof(T));
  if constexpr (is_fixed<T>) {
    number_layout layout = number_format_of<typename T::value_type>();
    layout.components *= static_cast<int>(T::size());
    return layout;
  } else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>)
    return {family::floating, bytes, 1};
  else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
    return {family::integer, bytes, 1};
  else if constexpr (is_complex<T> && sizeof(T) <= 2 * sizeof(double))
    return {family::floating, bytes / 2, 2};
  else
    return {};
}

} // namespace detail

/// Boundary conditions, for `global_array::set_boundary`.
namespace boundary {

/// A condition without a parameter.
struct rule {
  detail::boundary_kind kind;
};

/// The cells are the user's own, written through `padded()`; what arrays have unless told.
inline constexpr rule none{detail::boundary_kind::none};
/// Beyond each end lies the other one.
inline constexpr rule periodic{detail::boundary_kind::periodic};
/// Cell -1 - k mirrors cell k: no flux through the face at the end (Neumann). PETSc's
/// DM_BOUNDARY_MIRROR mirrors at the last cell instead: there, cell -1 - k is cell k + 1.
inline constexpr rule reflecting{detail::boundary_kind::reflecting};
/// Cell -1 - k is minus cell k: zero at the face (Dirichlet).
inline constexpr rule antireflecting{detail::boundary_kind::antireflecting};
/// The straight line through the last two cells goes on: cell -1 - k is u0 + (k + 1) (u0 - u1).
inline constexpr rule extrapolated{detail::boundary_kind::extrapolated};

/// A condition with a value; see fixed.
template <class V> struct fixed_value { V value; };
/// The same value in every cell (Dirichlet, at the cells next to the domain). Local.
template <class V> constexpr fixed_value<V> fixed(const V& value) { return {value}; }

} // namespace boundary

namespace detail {

template <class T, std::size_t N, class F> class function_of_index : public boundary_function {
public:
  explicit function_of_index(const F& f) : f_(f) {}
  void write(const index_t* index, double time, std::byte* to) const override {
    *reinterpret_cast<T*>(to) = value(index, time, std::make_index_sequence<N>());
  }

  [[nodiscard]] bool may_throw() const override {
    constexpr index_t origin[N]{};
    return !is_safe(*this, origin, false);
  }

private:
  /// As kernel_probe.
  TESSERA_OPAQUE static bool is_safe(const function_of_index& of, const index_t* index,
                                     bool calls) {
    bool has_thrown = false;
    for (; calls; calls = false) {
      try {
        static_cast<void>(of.value(index, 0.0, std::make_index_sequence<N>()));
      } catch (...) {
        has_thrown = true;
      }
    }
    return __builtin_constant_p(has_thrown) && !has_thrown;
  }

  template <std::size_t... D>
  T value(const index_t* index, [[maybe_unused]] double time, std::index_sequence<D...>) const {
    if constexpr (requires { f_(index[D]..., time); })
      return kept<T>(f_(index[D]..., time));
    else
      return kept<T>(f_(index[D]...));
  }

  F f_;
};

/// A condition of an array of N axes and elements of type T without these.
template <class T, std::size_t N, class Condition>
boundary_side boundary_side_of(const Condition& condition) {
  return boundary_side(new function_of_index<T, N, Condition>(condition));
}
template <class T, std::size_t N> boundary_side boundary_side_of(const boundary::rule& rule) {
  return boundary_side(rule.kind);
}
template <class T, std::size_t N, class V>
boundary_side boundary_side_of(const boundary::fixed_value<V>& fixed) {
  const T value = fitted<T>(fixed.value);
  const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
  return boundary_side(std::vector<std::byte>(bytes, bytes + sizeof(T)));
}

} // namespace detail

} // namespace tessera
