#include "boost_messages.hpp"

#include "messages/message_objects.hpp"

#include <boost/mpi/communicator.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>

namespace bench {

boost_messages::boost_messages(MPI_Comm comm)
    : comm_(std::make_shared<boost::mpi::communicator>(comm, boost::mpi::comm_attach)),
      other_(1 - comm_->rank()) {}

template <class T> void boost_messages::send(const T& object) { comm_->send(other_, 0, object); }
template <class T> void boost_messages::recv(T& object) { comm_->recv(other_, 0, object); }

template void boost_messages::send(const numbers_by_number&);
template void boost_messages::recv(numbers_by_number&);
template void boost_messages::send(const numbers_by_name&);
template void boost_messages::recv(numbers_by_name&);
template void boost_messages::send(const many_numbers&);
template void boost_messages::recv(many_numbers&);
template void boost_messages::send(const nested_objects&);
template void boost_messages::recv(nested_objects&);

} // namespace bench
