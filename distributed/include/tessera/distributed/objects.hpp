/// @file
/// Messages of objects: of all that Boost.Serialization knows, which is the standard library's
/// containers and types with a `serialize` of their own. Link `tessera::objects`.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/messages/object_archive.hpp>
#include <tessera/distributed/messages/object_types.hpp>

#include <boost/archive/impl/archive_serializer_map.ipp>
#include <boost/serialization/array.hpp>
#include <boost/serialization/bitset.hpp>
#include <boost/serialization/complex.hpp>
#include <boost/serialization/deque.hpp>
#include <boost/serialization/forward_list.hpp>
#include <boost/serialization/list.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/queue.hpp>
#include <boost/serialization/set.hpp>
#include <boost/serialization/shared_ptr.hpp>
#include <boost/serialization/stack.hpp>
#include <boost/serialization/unique_ptr.hpp>
#include <boost/serialization/unordered_map.hpp>
#include <boost/serialization/unordered_set.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/valarray.hpp>
#include <boost/serialization/vector.hpp>

namespace tessera::detail {

/// By Boost.Serialization.
template <class T>
requires(!message_operand<T>) struct object_codec<T> {
  static object_bytes write(const T& value) {
    object_writer archive;
    archive << value;
    return archive.take();
  }
  static T read(std::span<const std::byte> bytes) {
    T value{};
    object_reader archive(bytes);
    archive >> value;
    check_all_read(archive.left());
    return value;
  }
  /// Into what is there: a map keeps what it can of its memory, and has some of its elements where
  /// reading fails; all else is as it was then.
  static void read(std::span<const std::byte> bytes, T& into) {
    if constexpr (key_value_map<T>) {
      object_reader archive(bytes);
      archive >> into;
      check_all_read(archive.left());
    } else {
      into = read(bytes);
    }
  }
};

} // namespace tessera::detail

#pragma pop_macro("min")
#pragma pop_macro("max")
