/// @file
/// What Boost.Serialization 1.74 does not know of the standard library, and arrays of ours.
#pragma once

#include <tessera/core/ndarray.hpp>

#include <boost/serialization/binary_object.hpp>

#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace boost::serialization {

template <class Archive, class... T>
void serialize(Archive& archive, std::tuple<T...>& value, unsigned /*version*/) {
  std::apply([&](auto&... part) { (void(archive & part), ...); }, value);
}

// No function may be called load here: Boost's for smart pointers, which takes any template of one
// argument, would be tried on std::optional, too.

template <class Archive, class T>
void serialize(Archive& archive, std::optional<T>& value, unsigned /*version*/) {
  bool has_value = value.has_value();
  archive& has_value;
  if (!has_value)
    value.reset();
  else if (!value)
    value.emplace();
  if (value) archive&* value;
}

template <class Archive>
void serialize(Archive& /*archive*/, std::monostate& /*value*/, unsigned) {}

template <class Archive, class... T>
void serialize(Archive& archive, std::variant<T...>& value, unsigned /*version*/) {
  auto which = static_cast<std::uint32_t>(value.index());
  archive& which;
  const auto as = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
    if (which != I) return;
    if (value.index() != I) value.template emplace<I>();
    archive& std::get<I>(value);
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (as(std::integral_constant<std::size_t, I>()), ...);
  }
  (std::index_sequence_for<T...>());
}

template <class Archive, class T, std::size_t N>
void serialize(Archive& archive, tessera::ndarray<T, N>& value, unsigned /*version*/) {
  tessera::shape_t<N> shape = value.shape();
  for (tessera::index_t& n : shape) archive& n;
  if (shape != value.shape()) value = tessera::ndarray<T, N>(shape);
  auto bytes = make_binary_object(value.data(), static_cast<std::size_t>(value.nbytes()));
  archive& bytes;
}

} // namespace boost::serialization
