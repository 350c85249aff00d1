/// @file
/// Values of attributes without their types.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/io/types/dtype.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace tessera::detail {

/// The elements of an attribute: texts of any length, or bytes.
struct attribute_value {
  bool is_text = false;
  dtype type{'u', 1};         ///< of elements that are no texts
  std::vector<index_t> shape; ///< empty for a single element
  std::string bytes;
  std::vector<std::string> texts;
};

/// What a reader asks for. A single element, for `ndim` 0, may be stored with any number of axes.
struct attribute_wanted {
  bool is_text = false;
  dtype type{'u', 1};
  int ndim = 0;
};

/// What a C++ type is as an attribute.
template <class V> struct attribute_traits {
  static attribute_wanted wanted() { return {false, dtype_of<V>(), 0}; }
  static attribute_value to(const V& value) {
    return {false, dtype_of<V>(), {}, {reinterpret_cast<const char*>(&value), sizeof(V)}, {}};
  }
  static V from(const attribute_value& stored) {
    V value{};
    std::memcpy(&value, stored.bytes.data(), sizeof(V));
    return value;
  }
};

template <> struct attribute_traits<std::string> {
  static attribute_wanted wanted() { return {true}; }
  static attribute_value to(const std::string& text) { return {true, {'u', 1}, {}, {}, {text}}; }
  static std::string from(const attribute_value& stored) { return stored.texts.front(); }
};
template <> struct attribute_traits<const char*> : attribute_traits<std::string> {};
template <> struct attribute_traits<char*> : attribute_traits<std::string> {};

template <> struct attribute_traits<std::vector<std::string>> {
  static attribute_wanted wanted() { return {true, {'u', 1}, 1}; }
  static attribute_value to(const std::vector<std::string>& texts) {
    return {true, {'u', 1}, {static_cast<index_t>(texts.size())}, {}, texts};
  }
  static std::vector<std::string> from(const attribute_value& stored) { return stored.texts; }
};

template <class T, std::size_t N> struct attribute_traits<ndarray<T, N>> {
  static attribute_wanted wanted() { return {false, dtype_of<T>(), static_cast<int>(N)}; }
  static attribute_value to(const ndarray<T, N>& values) {
    const shape_t<N> shape = values.shape();
    const auto bytes = static_cast<std::size_t>(values.size()) * sizeof(T);
    return {false,
            dtype_of<T>(),
            {shape.begin(), shape.end()},
            {reinterpret_cast<const char*>(values.data()), bytes},
            {}};
  }
  static ndarray<T, N> from(const attribute_value& stored) {
    shape_t<N> shape{};
    for (std::size_t d = 0; d < N; ++d) shape[d] = stored.shape[d];
    ndarray<T, N> values(shape);
    if (values.size() > 0) std::memcpy(values.data(), stored.bytes.data(), stored.bytes.size());
    return values;
  }
};

} // namespace tessera::detail
