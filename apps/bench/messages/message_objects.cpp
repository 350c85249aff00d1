// Messages of objects.
#include "messages/message_objects.hpp"

#include "messages/message_table.hpp"
#include "peers/boost_messages.hpp"
#include "peers/mpi4py_messages.hpp"

#include <tessera/distributed.hpp>
#include <tessera/distributed/objects.hpp>

#include <string>
#include <utility>

namespace bench {

using namespace tessera;

namespace {

/// What is received into: a vector, which is no object, has its size.
template <class T> T as_long_as(const T& /*object*/) { return {}; }
many_numbers as_long_as(const many_numbers& numbers) { return many_numbers(numbers.size()); }

template <class T>
void compare_object(message_table& table, const communicator& world, const mpi4py_messages& python,
                    const std::string& what, const T& object) {
  const int other = 1 - world.rank();
  boost_messages boost(world.native());
  T received = as_long_as(object);
  const auto by_boost = [&] {
    if (world.rank() == 0) boost.send(object);
    boost.recv(received);
    if (world.rank() != 0) boost.send(object);
  };
  const auto into_it = [&] {
    if (world.rank() == 0) send(world, object, other);
    recv(world, received, other);
    if (world.rank() != 0) send(world, object, other);
  };
  const auto as_new = [&] {
    if (world.rank() == 0) send(world, object, other);
    received = recv<T>(world, other);
    if (world.rank() != 0) send(world, object, other);
  };
  comparison compared{what,
                      {{"Boost.MPI", by_boost}},
                      {{"recv(into)", into_it}, {"recv<T>", as_new}},
                      [&] { received = as_long_as(object); },
                      [&] { return received == object; },
                      2};
  python.add(compared.others, what);
  table.add(std::move(compared));
}

} // namespace

void compare_objects(const communicator& world, index_t repetitions) {
  message_table table(world, "Objects there and back", repetitions);
  const mpi4py_messages python(world);
  compare_object(table, world, python, "map of numbers", make_numbers_by_number());
  compare_object(table, world, python, "map of texts", make_numbers_by_name());
  compare_object(table, world, python, "10^6 numbers", make_many_numbers());
  compare_object(table, world, python, "nested", make_nested_objects());
}

} // namespace bench
