/// @file
/// Values one behind the other in a text, to be sent to other ranks.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Puts values behind each other.
class value_packer {
public:
  void put(index_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void put(const std::string& text) {
    put(static_cast<index_t>(text.size()));
    bytes_ += text;
  }
  template <class T> void put(const std::vector<T>& values) {
    put(static_cast<index_t>(values.size()));
    for (const T& value : values) put(value);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
  std::string bytes_;
};

/// Takes them off again, in the same order.
class value_unpacker {
public:
  explicit value_unpacker(std::string_view bytes) : rest_(bytes) {}

  void take(index_t& value) {
    rest_.copy(reinterpret_cast<char*>(&value), sizeof value);
    rest_.remove_prefix(sizeof value);
  }
  void take(std::string& text) {
    const auto size = static_cast<std::size_t>(take_index());
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  template <class T> void take(std::vector<T>& values) {
    values.resize(static_cast<std::size_t>(take_index()));
    for (T& value : values) take(value);
  }
  index_t take_index() {
    index_t value = 0;
    take(value);
    return value;
  }

private:
  std::string_view rest_;
};

} // namespace tessera::detail
