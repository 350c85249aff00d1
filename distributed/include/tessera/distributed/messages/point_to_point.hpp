/// @file
/// Messages from one rank to another.
///
/// Its parts lie in sending.cpp, receiving.cpp, send_receive.cpp and arrival.cpp.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/messages/incoming_message.hpp>
#include <tessera/distributed/messages/message_data.hpp>
#include <tessera/distributed/messages/request.hpp>
#include <tessera/distributed/messages/status.hpp>
#include <tessera/distributed/ranks/intercommunicator.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace tessera {

namespace detail {

enum class send_mode { standard, synchronous };

void send(const communicator& comm, const message_data& data, int to, int tag, send_mode mode);
operation* start_send(const communicator& comm, const message_data& data, int to, int tag,
                      send_mode mode);
status receive(const communicator& comm, const message_data& into, int from, int tag);
operation* start_receive(const communicator& comm, const message_data& into, int from, int tag,
                         const char* call);
status send_and_receive(const communicator& comm, const message_data& data, int to,
                        const message_data& into, int from, int send_tag, int receive_tag);
arrived_message* probe_message(const communicator& comm, int from, int tag, bool blocking);
operation* start_arrival(const communicator& comm, int from, int tag);
/// Waits for a message whose contents are asked for afterwards.
arrived_message* arrived_of(operation_owner& owner);
bool has_arrived(operation_owner& owner);

operation* start_object_send(const communicator& comm, object_bytes&& object, int to, int tag,
                             send_mode mode);
void send_object(const communicator& comm, object_bytes&& object, int to, int tag, send_mode mode);

/// What is received into in place: a name, or a view that is about to go.
template <class A>
concept receive_operand = std::is_lvalue_reference_v<A> ||
    (array_in_memory<A> && !owns_elements<std::remove_cvref_t<A>>);

/// What can be sent neither as it lies in memory nor as an object.
template <class A> constexpr bool check_sendable() {
  static_assert(!array_operand<A> || message_operand<A>,
                "an expression has no elements in memory: assign it to an array, and send that");
  static_assert(!std::is_array_v<A>,
                "send a literal as std::string(...), an array as a view of it");
  return (!array_operand<A> || message_operand<A>)&&!std::is_array_v<A>;
}

template <class A>
void send_in_mode(const communicator& comm, const A& data, int to, int tag, send_mode mode) {
  if constexpr (message_operand<A>)
    send(comm, message_data_of(data), to, tag, mode);
  else if constexpr (check_sendable<A>())
    send_object(comm, object_codec<A>::write(data), to, tag, mode);
}

template <class A>
request isend_in_mode(const communicator& comm, const A& data, int to, int tag, send_mode mode) {
  if constexpr (message_operand<A>)
    return request(start_send(comm, message_data_of(data), to, tag, mode));
  else if constexpr (check_sendable<A>())
    return request(start_object_send(comm, object_codec<A>::write(data), to, tag, mode));
  else
    return request();
}

template <class A> constexpr void check_lasts() {
  static_assert(std::is_lvalue_reference_v<A> || !owns_elements<std::remove_cvref_t<A>>,
                "this buffer is gone before the request is waited for: give it a name");
}
/// Where single values are not copied.
template <class A> constexpr void check_stays() {
  check_lasts<A>();
  static_assert(std::is_lvalue_reference_v<A> || !lone_element<A>,
                "this value is gone before the request is waited for: give it a name");
}

} // namespace detail

/// A message whose contents are not known before they come: what `irecv<T>` gives. The destructor
/// waits, as that of a `request` does. Move-only. Members are local.
///
///     auto next = irecv<double, 2>(world, left);
///     compute();
///     ndarray<double, 2> edge = next.wait();
template <class Value> class [[nodiscard]] arriving {
public:
  /// For the functions that start operations.
  explicit arriving(detail::operation* owned) noexcept : operation_(owned) {}

  /// Waits for it, and gives it away: once.
  /// @throws argument_error where what came is no such value.
  [[nodiscard]] Value wait() {
    incoming_message message(detail::arrived_of(operation_));
    return message.recv<Value>();
  }
  /// Has it come? Never waits.
  [[nodiscard]] bool test() { return detail::has_arrived(operation_); }

private:
  detail::operation_owner operation_;
};

/// @name Messages
///
/// **What is sent**: arrays and views, also strided, reversed, transposed or broadcast ones;
/// ranges of elements one after another (std::vector, std::span, std::string, ...); single values;
/// and, with <tessera/distributed/objects.hpp>, all that can be serialized. What is received into
/// has the same number of elements; nothing is cut off.
///
/// **Shapes.** Arrays of two axes or more bring their type and shape along, which are compared,
/// and from which `recv<T, N>` makes a new array. What has one axis travels as plain elements of
/// MPI's type: to and from other programs (mpi4py: `comm.Recv`), for which arrays of more axes are
/// sent as `ravel(a)`. More than `transfer_plan::piece_bytes()` goes in pieces.
///
/// **Ranks** are those of the communicator, those of the remote group where an `intercommunicator`
/// is given in its place, or `no_rank`: then nothing is sent, and nothing is
/// received. A receive may name `any_source` and `any_tag`. Tags are from 0 to `max_tag()`.
///
/// Local: who sends waits until its buffer can be used again, who receives until the message has
/// come. Costs what MPI_Send and MPI_Recv cost; a strided view is packed once, through memory that
/// is kept. Arrays of two axes or more: up to 4 KiB a copy more, beyond that a message of some
/// bytes more. Where arguments are checked (`checks_arguments`), so do all.
///
/// @throws argument_error for ranks and tags that are not there, and where what came has another
/// type, shape or number of elements than what it is received into, naming both ranks and both
/// sides; the message is gone then. communication_error when MPI fails.
///
///     send(world, u(0, all), above);            // a row
///     recv(world, u(n + 1, all), below);
///     auto table = recv<double, 2>(world, 0);   // its shape comes with it
/// @{

/// Sends. `ssend` returns when the receiver has begun to receive. Local.
template <class A> void send(detail::peers comm, const A& data, int to, int tag = 0) {
  detail::send_in_mode(comm, data, to, tag, detail::send_mode::standard);
}
template <class A> void ssend(detail::peers comm, const A& data, int to, int tag = 0) {
  detail::send_in_mode(comm, data, to, tag, detail::send_mode::synchronous);
}

/// Receives into what is there. Local.
template <detail::receive_operand A>
status recv(detail::peers comm, A&& into, int from, int tag = any_tag) {
  if constexpr (detail::message_operand<A>)
    return detail::receive(comm, detail::target_of(into), from, tag);
  else
    return incoming_message(detail::probe_message(comm, from, tag, true)).recv(into);
}

/// Receives what has come as a new value, as long as it is: a std::vector, a std::string, a single
/// value, an object; or as an array of N axes. From `no_rank`, an empty one. Local.
template <class T> [[nodiscard]] T recv(detail::peers comm, int from, int tag = any_tag) {
  return incoming_message(detail::probe_message(comm, from, tag, true)).recv<T>();
}
template <class T, std::size_t N>
[[nodiscard]] ndarray<T, N> recv(detail::peers comm, int from, int tag = any_tag) {
  return recv<ndarray<T, N>>(comm, from, tag);
}

/// Sends and receives at once, so that ranks which all do so do not wait for each other. Local.
///
///     sendrecv(world, u(1, all), above, u(n + 1, all), below);
/// @throws argument_error where what is sent and what is received share memory.
template <class A, detail::receive_operand B>
status sendrecv(detail::peers comm, const A& data, int to, B&& into, int from, int send_tag = 0,
                int receive_tag = any_tag) {
  if constexpr (detail::message_operand<A> && detail::message_operand<B>) {
    return detail::send_and_receive(comm, detail::message_data_of(data), to,
                                    detail::target_of(into), from, send_tag, receive_tag);
  } else {
    request sending = detail::isend_in_mode(comm, data, to, send_tag, detail::send_mode::standard);
    const status received = recv(comm, into, from, receive_tag);
    sending.wait();
    return received;
  }
}
/// The same with what has come as a new value.
template <class T, class A>
[[nodiscard]] T sendrecv(detail::peers comm, const A& data, int to, int from, int send_tag = 0,
                         int receive_tag = any_tag) {
  request sending = detail::isend_in_mode(comm, data, to, send_tag, detail::send_mode::standard);
  T received = recv<T>(comm, from, receive_tag);
  sending.wait();
  return received;
}
/// @}

/// @name Messages in the background
/// As those above, but they return at once. What is sent must stay as it is, and what is received
/// into must not be looked at, until the request says so; a strided view and a single value are
/// packed at once, an object is written at once: they may change. Buffers that are about to go are
/// refused by the compiler. Local.
/// @throws argument_error and communication_error, from the call or from the request.
///
///     request_set both;
///     both.add(isend(world, u(1, all), above));
///     both.add(irecv(world, u(n + 1, all), below));
///     compute_interior();
///     both.wait_all();
/// @{
template <class A> request isend(detail::peers comm, A&& data, int to, int tag = 0) {
  detail::check_lasts<A>();
  return detail::isend_in_mode(comm, data, to, tag, detail::send_mode::standard);
}
template <class A> request issend(detail::peers comm, A&& data, int to, int tag = 0) {
  detail::check_lasts<A>();
  return detail::isend_in_mode(comm, data, to, tag, detail::send_mode::synchronous);
}
template <class A>
requires detail::message_operand<A> request irecv(detail::peers comm, A&& into, int from,
                                                  int tag = any_tag) {
  detail::check_lasts<A>();
  return request(detail::start_receive(comm, detail::target_of(into), from, tag, "irecv"));
}
/// A new value; the message is looked for when it is waited for or tested.
template <class T>
[[nodiscard]] arriving<T> irecv(detail::peers comm, int from, int tag = any_tag) {
  return arriving<T>(detail::start_arrival(comm, from, tag));
}
template <class T, std::size_t N>
[[nodiscard]] arriving<ndarray<T, N>> irecv(detail::peers comm, int from, int tag = any_tag) {
  return irecv<ndarray<T, N>>(comm, from, tag);
}
/// @}

/// @name Messages that have come
/// What `probe` waits for, and `improbe` finds if it is there, is taken out of the queue: nobody
/// else receives it. Local.
/// @throws argument_error for ranks and tags that are not there.
/// @{
[[nodiscard]] inline incoming_message probe(detail::peers comm, int from, int tag = any_tag) {
  return incoming_message(detail::probe_message(comm, from, tag, true));
}
[[nodiscard]] inline std::optional<incoming_message> improbe(detail::peers comm, int from,
                                                             int tag = any_tag) {
  detail::arrived_message* const found = detail::probe_message(comm, from, tag, false);
  if (found == nullptr) return {};
  return incoming_message(found);
}
/// @}

/// The largest tag that messages can have: 2^30 - 1 with Open MPI. Local.
[[nodiscard]] int max_tag();

} // namespace tessera
