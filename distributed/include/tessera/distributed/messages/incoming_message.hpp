/// @file
/// A message that has come, and is taken out of the queue before its elements are fetched.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/messages/message_data.hpp>
#include <tessera/distributed/messages/status.hpp>

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace tessera {

namespace detail {

/// Bytes of an object, on their way; they grow as it is written.
class object_bytes;

/// How objects travel: specialised in <tessera/distributed/objects.hpp>.
template <class T> struct object_codec {
  static_assert(never<T>,
                "messages of objects, which are neither arrays nor ranges of plain elements nor "
                "one of these, need <tessera/distributed/objects.hpp>, and a `serialize` of the "
                "type");
};

/// A range that takes as many elements as have come.
template <class T>
concept resizable_elements = elements_in_memory<T> && requires(T& t, std::size_t n) {
  t.resize(n);
};

/// The message without the types that a user's file asks for.
class arrived_message;

} // namespace detail

/// A message that has come and that nobody else receives: what `probe` and `improbe` give. It can
/// be asked what it is, and must be received once: a message that is dropped is received into
/// nothing. Move-only. Members are local.
///
///     auto next = probe(world, any_source);
///     if (next.tag() == tag_of_work) next.recv(work);
///     else answers.push_back(next.recv<double, 1>());
class incoming_message {
public:
  /// For the functions that find messages.
  explicit incoming_message(detail::arrived_message* arrived) noexcept : arrived_(arrived) {}
  incoming_message(incoming_message&& other) noexcept
      : arrived_(std::exchange(other.arrived_, nullptr)) {}
  incoming_message& operator=(incoming_message&& other) noexcept {
    std::swap(arrived_, other.arrived_);
    return *this;
  }
  incoming_message(const incoming_message&) = delete;
  incoming_message& operator=(const incoming_message&) = delete;
  ~incoming_message();

  /// The rank that sent it; no_rank where that was who was asked.
  [[nodiscard]] int source() const;
  /// The tag under which it was sent.
  [[nodiscard]] int tag() const;
  /// Bytes of all elements, or of the object.
  [[nodiscard]] index_t bytes() const;
  /// Number of elements, were they of type T.
  /// @throws argument_error when the bytes are no whole number of them.
  template <class T> [[nodiscard]] index_t count() const { return count_of(sizeof(T)); }
  /// Shape of an array of two axes or more; empty for all else.
  [[nodiscard]] std::span<const index_t> shape() const;

  /// Receives it into what is there.
  /// @throws argument_error where it does not fit: see `recv`.
  template <class A> status recv(A&& into);
  /// Receives it as a new value.
  /// @throws argument_error where it is no such value.
  template <class T> [[nodiscard]] T recv();
  /// Receives it as a new array.
  /// @throws argument_error where it is no array of so many axes.
  template <class T, std::size_t N> [[nodiscard]] ndarray<T, N> recv();

  /// The bytes of an object. @throws argument_error where none was sent.
  [[nodiscard]] std::span<const std::byte> object();

private:
  [[nodiscard]] index_t count_of(index_t itemsize) const;
  /// The shape of an array that holds what has come.
  void shape_for(index_t* shape, std::size_t ndim, index_t itemsize, char kind) const;
  status receive(const detail::message_data& into);

  detail::arrived_message* arrived_;
};

namespace detail {

/// Is it an array of which no element can be assigned? Constness of a view is not that of its
/// elements.
template <class A> constexpr bool is_read_only() {
  using array = std::remove_cvref_t<A>;
  constexpr bool is_const = std::is_const_v<std::remove_reference_t<A>>;
  if constexpr (array_operand<array>)
    return !array::is_assignable || (is_const && owns_elements<array>);
  else if constexpr (elements_in_memory<array>)
    return std::is_const_v<std::remove_reference_t<decltype(*std::declval<A&>().data())>>;
  else
    return is_const;
}

template <class A> message_data target_of(A& into) {
  static_assert(!is_read_only<A>(), "this cannot be received into: its elements are read-only");
  return message_data_of<std::remove_cv_t<A>>(into);
}

} // namespace detail

template <class A> status incoming_message::recv(A&& into) {
  if constexpr (detail::message_operand<A>) {
    return receive(detail::target_of(into));
  } else {
    if (source() == no_rank) return {};
    const status known(source(), tag(), bytes());
    detail::object_codec<std::remove_cvref_t<A>>::read(object(), into);
    return known;
  }
}

template <class T> T incoming_message::recv() {
  if constexpr (detail::is_ndarray<T>) {
    return recv<typename T::value_type, T::ndim>();
  } else if constexpr (detail::message_operand<T>) {
    T value{};
    if (source() == no_rank) return value;
    if constexpr (detail::resizable_elements<T>)
      value.resize(static_cast<std::size_t>(count<typename T::value_type>()));
    receive(detail::target_of(value));
    return value;
  } else {
    if (source() == no_rank) return T{};
    return detail::object_codec<T>::read(object());
  }
}

template <class T, std::size_t N> ndarray<T, N> incoming_message::recv() {
  shape_t<N> shape{};
  if (source() == no_rank) return ndarray<T, N>(shape);
  shape_for(shape.data(), N, sizeof(T), detail::element_kind<T>());
  ndarray<T, N> result(shape);
  receive(detail::target_of(result));
  return result;
}

} // namespace tessera
