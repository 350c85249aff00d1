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

/// Where the elements of a message lie, and to whom they go.
struct outgoing {
  const void* from;
  int count;
  MPI_Datatype type;
  int to;
  int tag;
  MPI_Comm comm;
};

using send_function = int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm);
using start_function = int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*);

int send_by(send_function function, const void* caller, const char* name, const outgoing& m) {
  return looked_at_message(caller, name, direction::out, m.comm, m.to, m.tag,
                           [&](const counted_call& counted) {
                             counted.add_sent(m.comm, m.to, m.tag, m.count, m.type);
                             return function(m.from, m.count, m.type, m.to, m.tag, m.comm);
                           });
}

int start_by(start_function function, const void* caller, const char* name, const outgoing& m,
             MPI_Request* request) {
  return looked_at_request(caller, name, direction::out, m.comm, m.to, m.tag, request,
                           [&](const counted_call& counted) {
                             counted.add_sent(m.comm, m.to, m.tag, m.count, m.type);
                             return function(m.from, m.count, m.type, m.to, m.tag, m.comm, request);
                           });
}

} // namespace

int MPI_Send(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return send_by(PMPI_Send, TESSERA_CALLER, "MPI_Send", {from, count, type, to, tag, comm});
}

int MPI_Ssend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return send_by(PMPI_Ssend, TESSERA_CALLER, "MPI_Ssend", {from, count, type, to, tag, comm});
}

int MPI_Rsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return send_by(PMPI_Rsend, TESSERA_CALLER, "MPI_Rsend", {from, count, type, to, tag, comm});
}

int MPI_Bsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  return send_by(PMPI_Bsend, TESSERA_CALLER, "MPI_Bsend", {from, count, type, to, tag, comm});
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
  return start_by(PMPI_Isend, TESSERA_CALLER, "MPI_Isend", {from, count, type, to, tag, comm},
                  request);
}

int MPI_Issend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
               MPI_Request* request) {
  return start_by(PMPI_Issend, TESSERA_CALLER, "MPI_Issend", {from, count, type, to, tag, comm},
                  request);
}

int MPI_Irsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
               MPI_Request* request) {
  return start_by(PMPI_Irsend, TESSERA_CALLER, "MPI_Irsend", {from, count, type, to, tag, comm},
                  request);
}

int MPI_Ibsend(const void* from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
               MPI_Request* request) {
  return start_by(PMPI_Ibsend, TESSERA_CALLER, "MPI_Ibsend", {from, count, type, to, tag, comm},
                  request);
}

int MPI_Irecv(void* into, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request* request) {
  return looked_at_request(
      TESSERA_CALLER, "MPI_Irecv", direction::in, comm, from, tag, request,
      [&](const counted_call&) { return PMPI_Irecv(into, count, type, from, tag, comm, request); });
}
