// Starts what sends a message.
#pragma once

#include "messages/operation.hpp"
#include "messages/staging_memory.hpp"
#include "ranks/calling_thread.hpp"
#include "ranks/left_behind.hpp"

#include <tessera/distributed/messages/message_data.hpp>
#include <tessera/distributed/messages/object_bytes.hpp>
#include <tessera/distributed/messages/point_to_point.hpp>

#include <vector>

namespace tessera::detail {

/// A message on its way: one request, or one for the envelope and more for the elements.
class send_operation final : public operation {
public:
  bool advance(bool blocking) override;
  void give_up() noexcept override;
  void recycle() noexcept override;

  void start(const communicator& comm, const message_data& data, int to, int tag, send_mode mode);
  /// Sends a copy to this rank itself.
  void start_copy(const communicator& comm, const message_data& data, int tag);
  void start(const communicator& comm, object_bytes&& object, int to, int tag, send_mode mode);

private:
  void post(const void* from, index_t count, MPI_Datatype type, int to, int tag, send_mode mode);
  void post_pieces(const std::byte* from, index_t bytes, int to, int tag);

  std::vector<MPI_Request> requests_;
  std::size_t ended_ = 0;
  staging_memory packed_;
  staging_memory envelope_;
  staging_memory copy_;
};

/// MPI's type of elements, and how many of it an element is.
struct mpi_elements {
  MPI_Datatype type;
  int each;
};
mpi_elements mpi_type_of(char kind, index_t itemsize);

/// A rank and a tag that are there, as they nearly always are. Every MPI has twice as many tags.
inline bool are_usual(const communicator& comm, int peer, int tag) {
  return may_call_mpi && freed_communicators == 0 && peer >= 0 && peer < comm.size() && tag >= 0 &&
         tag < 16384;
}
void look_at_receiver(const communicator& comm, int to, int tag, const char* call);
void look_at_sender(const communicator& comm, int from, int tag, const char* call);

/// Throws argument_error for ranks and tags that are not there.
inline void check_receiver(const communicator& comm, int to, int tag, const char* call) {
  if (!are_usual(comm, to, tag)) look_at_receiver(comm, to, tag, call);
}
inline void check_sender(const communicator& comm, int from, int tag, const char* call) {
  if (!are_usual(comm, from, tag == any_tag ? 0 : tag)) look_at_sender(comm, from, tag, call);
}
/// Is it this process? In another group, there is one of the same number.
bool is_self(const communicator& comm, int peer);
/// "to rank 2 with tag 5"; of any rank or tag, nothing is said.
std::string peer_text(const char* preposition, int peer, int tag);

/// Elements one after another.
void pack(const message_data& from, std::byte* to);
void unpack(const std::byte* from, const message_data& to);

} // namespace tessera::detail
