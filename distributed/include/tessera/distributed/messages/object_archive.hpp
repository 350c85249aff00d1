/// @file
/// Archives of Boost.Serialization that write to and read from memory, byte for byte: their other
/// end is the same program.
///
/// In place of Boost.MPI's, which call MPI for every number.
#pragma once

#include <tessera/distributed/messages/object_bytes.hpp>

#include <boost/archive/basic_archive.hpp>
#include <boost/archive/detail/common_iarchive.hpp>
#include <boost/archive/detail/common_oarchive.hpp>
#include <boost/archive/detail/register_archive.hpp>
#include <boost/mpl/apply.hpp>
#include <boost/mpl/placeholders.hpp>
#include <boost/serialization/array_optimization.hpp>
#include <boost/serialization/array_wrapper.hpp>
#include <boost/serialization/is_bitwise_serializable.hpp>
#include <boost/serialization/item_version_type.hpp>
#include <boost/serialization/string.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace tessera::detail {

/// What Boost knows an archive by, as far as both directions have it in common.
struct object_archive_traits {
  /// Ranges of plain numbers go as one block.
  struct use_array_optimization {
    template <class T>
    struct apply : boost::serialization::is_bitwise_serializable<std::remove_const_t<T>> {};
  };
};

/// A map whose keys and values can be made before they are read.
template <class Map> inline constexpr bool is_map = false;
template <class K, class V, class Less, class Memory>
inline constexpr bool is_map<std::map<K, V, Less, Memory>> = true;
template <class K, class V, class Hash, class Equal, class Memory>
inline constexpr bool is_map<std::unordered_map<K, V, Hash, Equal, Memory>> = true;
template <class Map>
concept key_value_map = is_map<Map> && std::is_default_constructible_v<typename Map::key_type> &&
    std::is_default_constructible_v<typename Map::mapped_type>;

/// Writes objects.
class object_writer : public boost::archive::detail::common_oarchive<object_writer>,
                      public object_archive_traits {
  using base = boost::archive::detail::common_oarchive<object_writer>;
  friend class boost::archive::detail::interface_oarchive<object_writer>;
  friend class boost::archive::save_access;

public:
  object_writer() : base(boost::archive::no_header) {}

  void save_binary(const void* from, std::size_t bytes) { bytes_.append(from, bytes); }
  template <class T>
  void save_array(const boost::serialization::array_wrapper<T>& values, unsigned /*version*/) {
    save_binary(values.address(), values.count() * sizeof(T));
  }
  [[nodiscard]] object_bytes take() { return std::move(bytes_); }

private:
  template <class T> void save(const T& number) { save_binary(&number, sizeof number); }
  void save(const std::string& text) {
    save(text.size());
    save_binary(text.data(), text.size());
  }

  template <class T> void save_override(const T& value) { base::save_override(value); }
  /// Pairs, which maps are made of, hold nothing that needs to be known of them.
  template <class A, class B> void save_override(const std::pair<A, B>& value) {
    *this << const_cast<std::remove_const_t<A>&>(value.first) << value.second;
  }
  /// Maps are written without what Boost would have to know to read older versions of them.
  template <class Map>
  requires key_value_map<Map>
  void save_override(const Map& map) {
    save(map.size());
    for (const auto& [key, value] : map) {
      put(key);
      put(value);
    }
  }
  template <class T> void put(const T& value) {
    if constexpr (std::is_arithmetic_v<T>)
      save(value);
    else
      *this << value;
  }
  // What only archives that are looked at from outside need is left out, the rest is small.
  void save_override(const boost::archive::class_id_optional_type& /*left out*/) {}
  void save_override(const boost::archive::class_name_type& name) {
    save(std::string(static_cast<const char*>(name)));
  }
  void save_override(const boost::archive::class_id_type& id) {
    save(static_cast<std::int16_t>(id));
  }
  void save_override(const boost::archive::version_type& version) {
    save(static_cast<std::uint8_t>(static_cast<unsigned>(version)));
  }

  object_bytes bytes_;
};

/// Reads them.
class object_reader : public boost::archive::detail::common_iarchive<object_reader>,
                      public object_archive_traits {
  using base = boost::archive::detail::common_iarchive<object_reader>;
  friend class boost::archive::detail::interface_iarchive<object_reader>;
  friend class boost::archive::load_access;

public:
  explicit object_reader(std::span<const std::byte> bytes)
      : base(boost::archive::no_header), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  void load_binary(void* to, std::size_t bytes) {
    if (bytes > left()) throw_short(bytes);
    if (bytes > 0) std::memcpy(to, at_, bytes);
    at_ += bytes;
  }
  template <class T>
  void load_array(boost::serialization::array_wrapper<T>& values, unsigned /*version*/) {
    load_binary(values.address(), values.count() * sizeof(T));
  }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

private:
  [[noreturn]] void throw_short(std::size_t bytes) const { throw_short_object(bytes, left()); }

  template <class T> void load(T& number) { load_binary(&number, sizeof number); }
  void load(std::string& text) {
    std::size_t size = 0;
    load(size);
    if (size > left()) throw_short(size);
    text.assign(reinterpret_cast<const char*>(at_), size);
    at_ += size;
  }

  template <class T> void load_override(T&& value) { base::load_override(value); }
  template <class A, class B> void load_override(std::pair<A, B>& value) {
    *this >> const_cast<std::remove_const_t<A>&>(value.first) >> value.second;
  }
  /// Elements whose keys come again keep their place, and values their memory.
  template <class K, class V, class Less, class Memory>
  requires key_value_map<std::map<K, V, Less, Memory>>
  void load_override(std::map<K, V, Less, Memory>& map) {
    auto at = map.begin();
    for (std::size_t left = next_size(); left > 0; --left) {
      K key{};
      get(key);
      while (at != map.end() && map.key_comp()(at->first, key)) at = map.erase(at);
      if (at == map.end() || map.key_comp()(key, at->first))
        at = map.emplace_hint(at, std::move(key), V{});
      get(at->second);
      ++at;
    }
    map.erase(at, map.end());
  }
  template <class K, class V, class Hash, class Equal, class Memory>
  requires key_value_map<std::unordered_map<K, V, Hash, Equal, Memory>>
  void load_override(std::unordered_map<K, V, Hash, Equal, Memory>& map) {
    map.clear();
    const std::size_t size = next_size();
    map.reserve(size);
    for (std::size_t left = size; left > 0; --left) {
      K key{};
      get(key);
      get(map[std::move(key)]);
    }
  }
  /// Each element has a byte at least.
  std::size_t next_size() {
    std::size_t size = 0;
    load(size);
    if (size > left()) throw_short(size);
    return size;
  }
  template <class T> void get(T& value) {
    if constexpr (std::is_arithmetic_v<T>)
      load(value);
    else
      *this >> value;
  }
  void load_override(boost::archive::class_id_optional_type& /*left out*/) {}
  void load_override(boost::archive::class_name_type& name) {
    std::string text;
    load(text);
    if (text.size() > BOOST_SERIALIZATION_MAX_KEY_SIZE - 1) throw_short(text.size());
    std::memcpy(static_cast<char*>(name), text.c_str(), text.size() + 1);
  }
  void load_override(boost::archive::class_id_type& id) {
    std::int16_t number = 0;
    load(number);
    id = boost::archive::class_id_type(number);
  }
  void load_override(boost::archive::version_type& version) {
    std::uint8_t number = 0;
    load(number);
    version = boost::archive::version_type(number);
  }

  const std::byte* at_;
  const std::byte* end_;
};

} // namespace tessera::detail

BOOST_SERIALIZATION_REGISTER_ARCHIVE(tessera::detail::object_writer)
BOOST_SERIALIZATION_REGISTER_ARCHIVE(tessera::detail::object_reader)
BOOST_SERIALIZATION_USE_ARRAY_OPTIMIZATION(tessera::detail::object_writer)
BOOST_SERIALIZATION_USE_ARRAY_OPTIMIZATION(tessera::detail::object_reader)
