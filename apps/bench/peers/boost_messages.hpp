// Messages of Boost.MPI, between two ranks.
#pragma once

#include <mpi.h>

#include <memory>

namespace boost::mpi {
class communicator;
} // namespace boost::mpi

namespace bench {

/// Sends to the other rank, and receives from there: the objects of message_objects.hpp.
class boost_messages {
public:
  explicit boost_messages(MPI_Comm comm);

  template <class T> void send(const T& object);
  template <class T> void recv(T& object);

private:
  std::shared_ptr<boost::mpi::communicator> comm_;
  int other_;
};

} // namespace bench
