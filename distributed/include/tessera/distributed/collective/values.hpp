/// @file
/// One value, array or object of each rank: gathered, scattered, exchanged.
#pragma once

#include <tessera/distributed/collective/moves.hpp>
#include <tessera/distributed/messages/object_bytes.hpp>

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

/// What is neither an array nor a range of elements of ours; a value or an object.
template <class T>
concept value_of_rank = !array_operand<T>;

/// Byte strings one after another.
struct byte_strings {
  object_bytes bytes;
  std::vector<index_t> sizes;

  template <class T> void add(const T& value) {
    const std::size_t before = bytes.size();
    if constexpr (lone_element<T>) {
      bytes.append(&value, sizeof value);
    } else if constexpr (message_operand<T>) {
      bytes.append(value.data(), value.size() * sizeof(*value.data()));
    } else {
      const object_bytes own = object_codec<T>::write(value);
      bytes.append(own.data(), own.size());
    }
    sizes.push_back(static_cast<index_t>(bytes.size() - before));
  }
  /// All of them, as values.
  template <class T> [[nodiscard]] std::vector<T> values() const {
    std::vector<T> result;
    result.reserve(sizes.size());
    const std::byte* at = bytes.data();
    for (const index_t n : sizes) {
      result.push_back(value_of<T>({at, static_cast<std::size_t>(n)}));
      at += n;
    }
    return result;
  }

private:
  template <class T> static T value_of(std::span<const std::byte> from) {
    if constexpr (lone_element<T>) {
      T value;
      copy_value(from, &value, sizeof value);
      return value;
    } else if constexpr (message_operand<T>) {
      T value{};
      if constexpr (resizable_elements<T>) value.resize(from.size() / sizeof(*value.data()));
      copy_value(from, value.data(), value.size() * sizeof(*value.data()));
      return value;
    } else {
      return object_codec<T>::read(from);
    }
  }
  /// @throws argument_error unless there are so many.
  static void copy_value(std::span<const std::byte> from, void* to, std::size_t bytes);
};

byte_strings gather_strings(const communicator& comm, const byte_strings& mine, int root);
byte_strings scatter_strings(const communicator& comm, const byte_strings& whole, int root);
byte_strings exchange_strings(const communicator& comm, const byte_strings& for_ranks);
void bcast_string(const communicator& comm, byte_strings& string, int root);

/// The shape of the arrays of all ranks, one after another along the first axis. `counts` gets the
/// elements of each.
void joined_shape(const communicator& comm, index_t* shape, std::size_t ndim,
                  std::vector<index_t>& counts);

} // namespace detail

/// @name One of each rank
///
/// Values, ranges of elements and, with <tessera/distributed/objects.hpp>, objects of any kind:
/// each rank's may be of another size. They come as a std::vector, in the order of the ranks;
/// arrays come as one, joined along their first axis. Collective: all ranks of the communicator
/// call it, with the same root. Costs a message more than the forms that are given their sizes.
///
/// @throws argument_error, on the rank that sees it, for a root that is not there, and unless there
/// is one for each rank; on all ranks where arrays differ in more than their first axis.
/// communication_error when MPI fails.
///
///     const auto names = gather(world, name, 0);              // std::vector<std::string> on rank
///     0 const ndarray<double, 2> rows = allgather(world, mine); // of all ranks
/// @{

/// Those of all ranks on `root`, nothing elsewhere. Collective.
template <detail::value_of_rank T>
[[nodiscard]] std::vector<T> gather(const communicator& comm, const T& mine, int root) {
  detail::check_root(comm, root, "gather");
  detail::byte_strings strings;
  strings.add(mine);
  return detail::gather_strings(comm, strings, root).template values<T>();
}
template <detail::array_in_memory A>
[[nodiscard]] auto gather(const communicator& comm, const A& mine, int root) {
  detail::check_root(comm, root, "gather");
  shape_t<A::ndim> shape = mine.shape();
  std::vector<index_t> counts;
  detail::joined_shape(comm, shape.data(), A::ndim, counts);
  if (comm.rank() != root) shape[0] = 0;
  ndarray<typename A::value_type, A::ndim> whole(shape);
  gatherv(comm, mine, whole, counts, root);
  return whole;
}

/// Those of all ranks on all ranks. Collective.
template <detail::value_of_rank T>
requires(!element<T>)
    [[nodiscard]] std::vector<T> allgather(const communicator& comm, const T& mine) {
  detail::byte_strings strings;
  strings.add(mine);
  return detail::gather_strings(comm, strings, detail::all_ranks).template values<T>();
}
template <detail::array_in_memory A>
[[nodiscard]] auto allgather(const communicator& comm, const A& mine) {
  shape_t<A::ndim> shape = mine.shape();
  std::vector<index_t> counts;
  detail::joined_shape(comm, shape.data(), A::ndim, counts);
  ndarray<typename A::value_type, A::ndim> whole(shape);
  allgatherv(comm, mine, whole, counts);
  return whole;
}

/// Of a vector with one for each rank, which `root` has, this rank's. Collective.
template <class T>
[[nodiscard]] T scatter(const communicator& comm, const std::vector<T>& one_each, int root) {
  detail::check_root(comm, root, "scatter");
  detail::byte_strings strings;
  if (comm.rank() == root)
    for (const T& each : one_each) strings.add(each);
  return std::move(detail::scatter_strings(comm, strings, root).template values<T>().front());
}

/// Of a vector with one for each rank on every rank: the ranks' for this one. Collective.
template <class T>
[[nodiscard]] std::vector<T> alltoall(const communicator& comm, const std::vector<T>& one_each) {
  detail::byte_strings strings;
  for (const T& each : one_each) strings.add(each);
  return detail::exchange_strings(comm, strings).template values<T>();
}

/// The object that `root` has, on all ranks. Collective.
template <detail::receive_operand T>
requires(!detail::message_operand<T>) void bcast(const communicator& comm, T&& object, int root) {
  detail::check_root(comm, root, "bcast");
  detail::byte_strings string;
  if (comm.rank() == root) string.add(object);
  detail::bcast_string(comm, string, root);
  if (comm.rank() != root)
    object = std::move(string.template values<std::remove_cvref_t<T>>().front());
}
/// @}

} // namespace tessera
