/// @file
/// Values of HDF5 attributes as text without a type.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/io/dtype.hpp>

#include <cstring>
#include <string>

namespace tessera::detail {

/// The elements of an attribute, or its text.
struct hdf5_attribute {
  bool is_text = false;
  dtype type{'u', 1};
  bool is_scalar = true;
  index_t count = 1; ///< number of elements
  std::string bytes; ///< the elements, or the text
};

/// What a C++ type is as an attribute: numbers, text, 1-D arrays of numbers.
template <class V> struct hdf5_attribute_traits {
  using item = V;
  static hdf5_attribute to(const V& value) {
    return {false, dtype_of<V>(), true, 1,
            std::string(reinterpret_cast<const char*>(&value), sizeof(V))};
  }
  static V from(const hdf5_attribute& stored) {
    V value{};
    std::memcpy(&value, stored.bytes.data(), sizeof(V));
    return value;
  }
};

template <> struct hdf5_attribute_traits<std::string> {
  static hdf5_attribute to(const std::string& text) {
    return {true, {'u', 1}, true, static_cast<index_t>(text.size()), text};
  }
  static std::string from(const hdf5_attribute& stored) { return stored.bytes; }
};
template <> struct hdf5_attribute_traits<const char*> : hdf5_attribute_traits<std::string> {};
template <> struct hdf5_attribute_traits<char*> : hdf5_attribute_traits<std::string> {};

template <class T> struct hdf5_attribute_traits<ndarray<T, 1>> {
  using item = T;
  static hdf5_attribute to(const ndarray<T, 1>& values) {
    const auto bytes = static_cast<std::size_t>(values.size()) * sizeof(T);
    return {false, dtype_of<T>(), false, values.size(),
            std::string(reinterpret_cast<const char*>(values.data()), bytes)};
  }
  static ndarray<T, 1> from(const hdf5_attribute& stored) {
    ndarray<T, 1> values(shape_t<1>{stored.count});
    if (stored.count > 0) std::memcpy(values.data(), stored.bytes.data(), stored.bytes.size());
    return values;
  }
};

/// What a reader of type V asks for: type, and whether it takes more than one element.
template <class V> hdf5_attribute hdf5_attribute_wanted() {
  if constexpr (std::is_same_v<V, std::string>) {
    return {true, {'u', 1}, true, 0, ""};
  } else {
    using item = typename hdf5_attribute_traits<V>::item;
    return {false, dtype_of<item>(), std::is_same_v<V, item>, 0, ""};
  }
}

} // namespace tessera::detail
