/// @file
/// Structs as elements: their members, named once.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/types/dtype.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

namespace tessera {

namespace detail {

template <class Struct, class T> struct member_pointer {
  const char* name;
  T Struct::*pointer;
};

/// A member, without its type.
struct struct_member {
  std::string name;
  index_t offset; ///< in the struct, in bytes
  dtype type;     ///< of its elements, if it is an array
  std::vector<index_t> shape;

  /// Number of elements.
  [[nodiscard]] index_t count() const;
};

struct struct_layout {
  std::vector<struct_member> all;
  /// Is it that of a fixed_array, whose elements are its only member, without a name?
  [[nodiscard]] bool is_array() const { return all.size() == 1 && all[0].name.empty(); }
};

/// The elements of a fixed_array as a member; null for every other type.
const struct_member* elements_of_fixed(dtype type);

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
template <class T, std::size_t... N> struct member_type<fixed_array<T, N...>> {
  static dtype of(std::vector<index_t>& shape) {
    (shape.push_back(static_cast<index_t>(N)), ...);
    return dtype_of<T>();
  }
};

template <class T, class Struct, class M>
struct_member member_of(const member_pointer<Struct, M>& member) {
  static_assert(std::is_base_of_v<Struct, T>, "this is a member of another struct");
  // Trivially copyable, and never read: only addresses are taken.
  alignas(T) std::byte storage[sizeof(T)]{};
  const T* const object = reinterpret_cast<const T*>(storage);
  struct_member described{member.name,
                          reinterpret_cast<const std::byte*>(&(object->*member.pointer)) - storage,
                          {},
                          {}};
  described.type = member_type<std::remove_cv_t<M>>::of(described.shape);
  return described;
}

/// @throws argument_error for names that are empty or there twice.
void check_layout(const struct_layout& layout);

template <class T> struct_layout named_layout_of() {
  struct_layout found = std::apply(
      [](const auto&... m) { return struct_layout{{member_of<T>(m)...}}; }, members_of<T>);
  check_layout(found);
  return found;
}

template <class T> const struct_layout& struct_layout_of() {
  static_assert(element<T>, "elements of arrays are trivially copyable");
  static const struct_layout layout = [] {
    if constexpr (is_fixed<T>) {
      struct_member elements{"", 0, {}, {}};
      elements.type = member_type<T>::of(elements.shape);
      return struct_layout{{elements}};
    } else {
      return named_layout_of<T>();
    }
  }();
  return layout;
}

template <class T, class F> void for_members(F&& f) {
  std::apply([&](const auto&... m) { (f(m.pointer), ...); }, members_of<T>);
}

template <class T> struct text_in { static constexpr bool value = is_text<T>; };
template <class T, std::size_t N> struct text_in<T[N]> : text_in<T> {};
template <class T, std::size_t N> struct text_in<std::array<T, N>> : text_in<T> {};
template <class T, std::size_t... N> struct text_in<fixed_array<T, N...>> : text_in<T> {};
template <class T>
requires has_members<T>
struct text_in<T> {
  template <class... Struct, class... M>
  static constexpr bool any(const std::tuple<member_pointer<Struct, M>...>& /*members*/) {
    return (text_in<std::remove_cv_t<M>>::value || ...);
  }
  static constexpr bool value = any(members_of<T>);
};

template <class T> constexpr bool holds_text() { return text_in<T>::value; }

} // namespace detail

/// A member of a struct, and its name: `member("mass", &particle::mass)`. Local.
template <class Struct, class T>
constexpr detail::member_pointer<Struct, T> member(const char* name, T Struct::*pointer) {
  return {name, pointer};
}

/// The members of a struct, named once for everything that looks into its elements: files,
/// printing, checksums, reductions over ranks. Stands right behind the struct:
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
///     print(all);                            // [([0., 0., 0.], 0., b'') ... ], as NumPy does
///     file.write("particles", all);          // h5py: file["particles"]["mass"]
///     save_npy("particles.npy", all);        // numpy.load("particles.npy")["mass"]
///     send(world, all, 1);                   // messages take any struct, as it is
///     allreduce(world, all, op::max);        // member by member; op::sum where all are numbers
///
/// `TESSERA_MEMBERS` writes the description of members that keep their own names.
///
/// Members are numbers, bool, complex numbers, fixed_string, fixed_array, such structs, and arrays
/// of these (`T[3]`, std::array). Local. When read from files, members are found by their names.
/// What lies between the members in memory is zero in files, and no part of checksums; messages
/// between ranks carry it along.
template <class... Members> constexpr std::tuple<Members...> members(const Members&... named) {
  return {named...};
}

} // namespace tessera

#define TESSERA_NOTHING ()
#define TESSERA_RESCAN(...) TESSERA_RESCAN_4(TESSERA_RESCAN_4(TESSERA_RESCAN_4(__VA_ARGS__)))
#define TESSERA_RESCAN_4(...) TESSERA_RESCAN_3(TESSERA_RESCAN_3(TESSERA_RESCAN_3(__VA_ARGS__)))
#define TESSERA_RESCAN_3(...) TESSERA_RESCAN_2(TESSERA_RESCAN_2(TESSERA_RESCAN_2(__VA_ARGS__)))
#define TESSERA_RESCAN_2(...) TESSERA_RESCAN_1(TESSERA_RESCAN_1(TESSERA_RESCAN_1(__VA_ARGS__)))
#define TESSERA_RESCAN_1(...) __VA_ARGS__
#define TESSERA_NEXT_MEMBER() TESSERA_EACH_MEMBER
#define TESSERA_EACH_MEMBER(type, name, ...)                                                       \
  tessera::member(#name, &type::name)                                                              \
      __VA_OPT__(, TESSERA_NEXT_MEMBER TESSERA_NOTHING(type, __VA_ARGS__))

/// `members_of` of a struct whose members keep their names, up to 80 of them; stands outside of all
/// namespaces:
///
///     TESSERA_MEMBERS(particle, x, mass, name);
#define TESSERA_MEMBERS(type, ...)                                                                 \
  template <>                                                                                      \
  inline constexpr auto tessera::members_of<type> =                                                \
      tessera::members(TESSERA_RESCAN(TESSERA_EACH_MEMBER(type, __VA_ARGS__)))
