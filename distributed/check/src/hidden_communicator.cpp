#include "hidden_communicator.hpp"

#include "ranks/peer_group.hpp"

#include <numeric>

namespace tessera::detail {

namespace {

int make_key() {
  int made = MPI_KEYVAL_INVALID;
  check_mpi(PMPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, MPI_COMM_NULL_DELETE_FN, &made, nullptr),
            "MPI_Comm_create_keyval");
  return made;
}

int hidden_key() {
  static const int key = make_key();
  return key;
}
/// For those that had messages alone until now.
int ranks_key() {
  static const int key = make_key();
  return key;
}

template <class T> T* attribute_of(MPI_Comm comm, int key) {
  void* found = nullptr;
  int is_set = 0;
  PMPI_Comm_get_attr(comm, key, static_cast<void*>(&found), &is_set);
  return is_set != 0 ? static_cast<T*>(found) : nullptr;
}

std::vector<int> ranks_in_world(MPI_Comm comm) {
  MPI_Group peers = peer_group(comm);
  MPI_Group world = MPI_GROUP_NULL;
  PMPI_Comm_group(MPI_COMM_WORLD, &world);
  int size = 0;
  PMPI_Group_size(peers, &size);
  std::vector<int> own(static_cast<std::size_t>(size));
  std::iota(own.begin(), own.end(), 0);
  std::vector<int> result(own.size(), -1);
  PMPI_Group_translate_ranks(peers, size, own.data(), world, result.data());
  PMPI_Group_free(&peers);
  PMPI_Group_free(&world);
  return result;
}

const std::vector<int>& table_of_ranks(MPI_Comm comm) {
  if (const auto* const known = attribute_of<hidden_communicator>(comm, hidden_key()))
    return known->world_ranks;
  if (const auto* const known = attribute_of<std::vector<int>>(comm, ranks_key())) return *known;
  auto* const made = new std::vector<int>(ranks_in_world(comm));
  PMPI_Comm_set_attr(comm, ranks_key(), made);
  return *made;
}

} // namespace

const hidden_communicator* hidden_of(MPI_Comm comm) {
  if (comm == MPI_COMM_NULL) return nullptr;
  if (const auto* const known = attribute_of<hidden_communicator>(comm, hidden_key())) return known;
  auto* const made = new hidden_communicator;
  made->world_ranks = ranks_in_world(comm);
  int is_between = 0;
  PMPI_Comm_test_inter(comm, &is_between);
  PMPI_Comm_rank(comm, &made->rank);
  if (is_between == 0 && made->world_ranks.size() > 1) made->comm = communicator(comm).duplicate();
  PMPI_Comm_set_attr(comm, hidden_key(), made);
  return made;
}

int rank_of_world(MPI_Comm comm, int peer) {
  if (peer < 0 || comm == MPI_COMM_NULL) return -1;
  const std::vector<int>& ranks = table_of_ranks(comm);
  const auto place = static_cast<std::size_t>(peer);
  return place < ranks.size() ? ranks[place] : -1;
}

void free_hidden(MPI_Comm comm) {
  if (comm == MPI_COMM_NULL) return;
  const auto* const hidden = attribute_of<hidden_communicator>(comm, hidden_key());
  const auto* const ranks = attribute_of<std::vector<int>>(comm, ranks_key());
  if (hidden != nullptr) PMPI_Comm_delete_attr(comm, hidden_key());
  if (ranks != nullptr) PMPI_Comm_delete_attr(comm, ranks_key());
  delete hidden;
  delete ranks;
}

} // namespace tessera::detail
