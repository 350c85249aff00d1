#include "collective/private_messages.hpp"

#include <memory>

namespace tessera::detail {

namespace {

struct private_messages {
  communicator comm;
  int turn = 0;
};

int drop_private_messages(MPI_Comm /*comm*/, int /*key*/, void* kept, void* /*extra*/) {
  delete static_cast<private_messages*>(kept);
  return MPI_SUCCESS;
}

int private_messages_key() {
  static const int key = [] {
    int made = MPI_KEYVAL_INVALID;
    check_mpi(MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &drop_private_messages, &made, nullptr),
              "MPI_Comm_create_keyval");
    return made;
  }();
  return key;
}

private_messages& private_messages_of(const communicator& comm) {
  void* known = nullptr;
  int is_known = 0;
  check_mpi(MPI_Comm_get_attr(comm.native(), private_messages_key(), static_cast<void*>(&known),
                              &is_known),
            "MPI_Comm_get_attr");
  if (is_known != 0) return *static_cast<private_messages*>(known);
  auto made = std::make_unique<private_messages>();
  made->comm = comm.duplicate();
  check_mpi(MPI_Comm_set_attr(comm.native(), private_messages_key(), made.get()),
            "MPI_Comm_set_attr");
  return *made.release();
}

} // namespace

const communicator& private_communicator(const communicator& comm) {
  return private_messages_of(comm).comm;
}

int next_exchange_tag(const communicator& comm) {
  int& turn = private_messages_of(comm).turn;
  turn = 1 - turn;
  return parts_tag + 1 + turn;
}

} // namespace tessera::detail
