/// @file
/// Structs as elements of files.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

namespace tessera {

namespace detail {

template <class Struct, class T> struct struct_member {
  const char* name;
  T Struct::*pointer;
};

/// A member as files know it.
struct struct_field {
  std::string name;
  index_t offset; ///< in the struct, in bytes
  dtype type;     ///< of its elements, if it is an array
  std::vector<index_t> shape;

  /// Number of elements.
  [[nodiscard]] index_t count() const;
};

struct struct_layout {
  std::vector<struct_field> fields;
};

/// "[2, 3]"
std::string sizes_text(const std::vector<index_t>& shape);

/// Taken apart into elements and shape.
template <class T> struct member_type {
  static dtype of(std::vector<index_t>& /*shape*/) { return dtype_of<T>(); }
};
template <class T, std::size_t N> struct member_type<T[N]> {
  static dtype of(std::vector<index_t>& shape) {
    shape.push_back(static_cast<index_t>(N));
    return member_type<T>::of(shape);
  }
};
template <class T, std::size_t N> struct member_type<std::array<T, N>> : member_type<T[N]> {};

template <class T, class Struct, class M>
struct_field field_of(const struct_member<Struct, M>& member) {
  static_assert(std::is_base_of_v<Struct, T>, "this is a member of another struct");
  // Trivially copyable, and never read: only addresses are taken.
  alignas(T) std::byte storage[sizeof(T)]{};
  const T* const object = reinterpret_cast<const T*>(storage);
  struct_field field{member.name,
                     reinterpret_cast<const std::byte*>(&(object->*member.pointer)) - storage,
                     {},
                     {}};
  field.type = member_type<std::remove_cv_t<M>>::of(field.shape);
  return field;
}

/// @throws argument_error for names that are empty or there twice.
void check_layout(const struct_layout& layout);

template <class T> const struct_layout& struct_layout_of() {
  static_assert(element<T>, "elements of arrays are trivially copyable");
  static const struct_layout layout = [] {
    struct_layout found = std::apply(
        [](const auto&... m) { return struct_layout{{field_of<T>(m)...}}; }, members_of<T>);
    check_layout(found);
    return found;
  }();
  return layout;
}

} // namespace detail

/// A member of a struct, and its name in files: `member("mass", &particle::mass)`. Local.
template <class Struct, class T>
constexpr detail::struct_member<Struct, T> member(const char* name, T Struct::*pointer) {
  return {name, pointer};
}

/// The members of a struct that files are to hold, so that its arrays can be written and read:
///
///     struct particle {
///       double x[3];
///       float mass;
///       fixed_string<8> name;
///     };
///     template <>
///     inline constexpr auto tessera::members_of<particle> =
///         members(member("x", &particle::x), member("mass", &particle::mass),
///                 member("name", &particle::name));
///
///     ndarray<particle, 1> all(1000);
///     file.write("particles", all);   // h5py: file["particles"]["mass"]
///
/// Members are numbers, bool, complex numbers, fixed_string, such structs, and arrays of these
/// (`T[3]`, std::array). Local. Files hold the struct as it lies in memory; between the members,
/// they hold whatever lies there. When read, members are found by their names.
template <class... Members> constexpr std::tuple<Members...> members(const Members&... named) {
  return {named...};
}

} // namespace tessera
