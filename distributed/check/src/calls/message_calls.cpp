// Messages, which wait or are started.
#include "looked_at.hpp"

using namespace tessera::detail;

namespace {

/// Makes a call that receives a message, with a status to count it by.
template <class Receive>
int received(const counted_call& counted, MPI_Comm comm, MPI_Status* wanted,
             const Receive& receive) {
  if (!counted.is_on()) return receive(wanted);
  noted_status status(wanted);
  const int code = receive(status.pointer());
  if (code == MPI_SUCCESS) counted.add_received(comm, status.value());
  return code;
}

} // namespace

int MPI_Send(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return looked_at_message(TESSERA_CALLER, "MPI_Send", direction::out, comm, to, tag,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Send(from, count, type, to, tag, comm);
                           });
}

int MPI_Ssend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return looked_at_message(TESSERA_CALLER, "MPI_Ssend", direction::out, comm, to, tag,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Ssend(from, count, type, to, tag, comm);
                           });
}

int MPI_Rsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return looked_at_message(TESSERA_CALLER, "MPI_Rsend", direction::out, comm, to, tag,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Rsend(from, count, type, to, tag, comm);
                           });
}

int MPI_Bsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return looked_at_message(TESSERA_CALLER, "MPI_Bsend", direction::out, comm, to, tag,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Bsend(from, count, type, to, tag, comm);
                           });
}

int MPI_Recv(void* into, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
             MPI_Status* status) {
  return looked_at_message(TESSERA_CALLER, "MPI_Recv", direction::in, comm, from, tag,
                           [&](const counted_call& counted) {
                             return received(counted, comm, status, [&](MPI_Status* noted) {
                               return PMPI_Recv(into, count, type, from, tag, comm, noted);
                             });
                           });
}

int MPI_Probe(int from, int tag, MPI_Comm comm, MPI_Status* status) {
  return looked_at_message(
      TESSERA_CALLER, "MPI_Probe", direction::in, comm, from, tag,
      [&](const counted_call&) { return PMPI_Probe(from, tag, comm, status); });
}

int MPI_Mprobe(int from, int tag, MPI_Comm comm, MPI_Message* message, MPI_Status* status) {
  return looked_at_message(
      TESSERA_CALLER, "MPI_Mprobe", direction::in, comm, from, tag,
      [&](const counted_call&) { return PMPI_Mprobe(from, tag, comm, message, status); });
}

// Of the two messages, the one that is received is what others forget.
int MPI_Sendrecv(const void* from, int count, MPI_Datatype type, int to, int tag, void* into,
                 int number, MPI_Datatype of, int source, int its_tag, MPI_Comm comm,
                 MPI_Status* status) {
  return looked_at_message(TESSERA_CALLER, "MPI_Sendrecv", direction::in, comm, source, its_tag,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return received(counted, comm, status, [&](MPI_Status* noted) {
                               return PMPI_Sendrecv(from, count, type, to, tag, into, number, of,
                                                    source, its_tag, comm, noted);
                             });
                           });
}

int MPI_Sendrecv_replace(void* data, int count, MPI_Datatype type, int to, int tag, int source,
                         int its_tag, MPI_Comm comm, MPI_Status* status) {
  return looked_at_message(TESSERA_CALLER, "MPI_Sendrecv_replace", direction::in, comm, source,
                           its_tag, [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return received(counted, comm, status, [&](MPI_Status* noted) {
                               return PMPI_Sendrecv_replace(data, count, type, to, tag, source,
                                                            its_tag, comm, noted);
                             });
                           });
}

int MPI_Isend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  return looked_at_request(TESSERA_CALLER, "MPI_Isend", direction::out, comm, to, tag, request,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Isend(from, count, type, to, tag, comm, request);
                           });
}

int MPI_Issend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
               MPI_Request* request) {
  return looked_at_request(TESSERA_CALLER, "MPI_Issend", direction::out, comm, to, tag, request,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Issend(from, count, type, to, tag, comm, request);
                           });
}

int MPI_Irsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
               MPI_Request* request) {
  return looked_at_request(TESSERA_CALLER, "MPI_Irsend", direction::out, comm, to, tag, request,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Irsend(from, count, type, to, tag, comm, request);
                           });
}

int MPI_Ibsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
               MPI_Request* request) {
  return looked_at_request(TESSERA_CALLER, "MPI_Ibsend", direction::out, comm, to, tag, request,
                           [&](const counted_call& counted) {
                             counted.add_sent(comm, to, tag, count, type);
                             return PMPI_Ibsend(from, count, type, to, tag, comm, request);
                           });
}

int MPI_Irecv(void* into, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request* request) {
  return looked_at_request(
      TESSERA_CALLER, "MPI_Irecv", direction::in, comm, from, tag, request,
      [&](const counted_call&) { return PMPI_Irecv(into, count, type, from, tag, comm, request); });
}
