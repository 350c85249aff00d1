// Which memory belongs to the ranks of a node, and its end.
#include "memory/node_memory.hpp"
#include "memory/node_order.hpp"
#include "ranks/duplicate_hook.hpp"
#include "ranks/shared_pages.hpp"

#include <tessera/distributed/memory/shared_memory.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <numeric>

namespace tessera {

namespace {

std::atomic<bool>& shared_memory_switch() {
  static std::atomic<bool> on = [] {
    const char* const text = std::getenv("TESSERA_SHARED");
    return text == nullptr || std::strcmp(text, "0") != 0;
  }();
  return on;
}

std::atomic<index_t> slack = index_t{32} << 20U;

} // namespace

bool uses_shared_memory() { return shared_memory_switch(); }
void use_shared_memory(bool yes) { shared_memory_switch() = yes; }

index_t shared_memory_slack() { return slack; }

void set_shared_memory_slack(index_t bytes) {
  slack = std::max<index_t>(bytes, 0);
  for (detail::node_memory* const node : detail::node_memory::all()) node->trim();
}

shared_memory_use shared_memory_in_use() {
  shared_memory_use sum;
  for (const detail::node_memory* const node : detail::node_memory::all())
    node->inspect([&](const detail::shared_heap& heap) {
      ++sum.groups;
      sum.taken += heap.taken();
      sum.most_taken += heap.most_taken();
      sum.kept += heap.kept();
      sum.windows += heap.windows();
    });
  return sum;
}

namespace detail {

namespace {

/// All that were ever made. Never destroyed: arrays of static lifetime may be freed after it.
struct registry {
  std::mutex held;                                   // while the ranks of a node look together
  std::mutex looking;                                // while one does
  std::map<std::vector<int>, node_memory*> by_ranks; // of the world
  std::vector<node_memory*> in_order;
};
registry& known_nodes() {
  static auto* const nodes = new registry;
  return *nodes;
}

/// The attribute of communicators that says what their node is; duplicates inherit it.
int node_key() {
  static const int key = [] {
    int made = MPI_KEYVAL_INVALID;
    check_mpi(MPI_Comm_create_keyval(MPI_COMM_DUP_FN, MPI_COMM_NULL_DELETE_FN, &made, nullptr),
              "MPI_Comm_create_keyval");
    return made;
  }();
  return key;
}

/// Duplicates inherit what is known, also those of communicators that must not get an attribute.
[[maybe_unused]] const bool is_hooked = [] {
  set_duplicate_hook({[](const communicator& from) -> void* { return node_memory::of(from); },
                      [](const communicator& duplicate, void* known) {
                        node_memory::inherit(duplicate, static_cast<node_memory*>(known));
                      }});
  return true;
}();

char none; // the mark of ranks that are alone on their node

/// The numbers in the world of a communicator's ranks; empty when some are of another world.
std::vector<int> ranks_in_world(const communicator& comm) {
  MPI_Group world = MPI_GROUP_NULL;
  MPI_Group group = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_group(MPI_COMM_WORLD, &world), "MPI_Comm_group");
  check_mpi(MPI_Comm_group(comm.native(), &group), "MPI_Comm_group");
  std::vector<int> own(static_cast<std::size_t>(comm.size()));
  std::iota(own.begin(), own.end(), 0);
  std::vector<int> result(own.size());
  check_mpi(MPI_Group_translate_ranks(group, comm.size(), own.data(), world, result.data()),
            "MPI_Group_translate_ranks");
  MPI_Group_free(&world);
  MPI_Group_free(&group);
  if (std::find(result.begin(), result.end(), MPI_UNDEFINED) != result.end()) return {};
  return result;
}

} // namespace

std::vector<node_memory*> node_memory::all() {
  registry& nodes = known_nodes();
  const std::lock_guard lock(nodes.looking);
  return nodes.in_order;
}

int node_memory::free_all_windows(MPI_Comm, int, void*, void*) {
  for (node_memory* const node : all())
    for (std::size_t k = 0; k < node->count_; ++k) node->free_window(node->numbered(k));
  return MPI_SUCCESS;
}

bool node_memory::is_wanted(const communicator& comm) {
  return uses_shared_memory() && comm.size() > 1;
}

node_memory* node_memory::of(const communicator& comm) {
  if (!is_wanted(comm)) return nullptr;
  // A borrowed handle stays as it was.
  if (!comm.is_owned()) return find_or_make(comm);
  void* found = nullptr;
  int is_known = 0;
  check_mpi(MPI_Comm_get_attr(comm.native(), node_key(), &found, &is_known), "MPI_Comm_get_attr");
  if (is_known == 0) {
    node_memory* const made = find_or_make(comm);
    inherit(comm, made);
    return made;
  }
  return found == &none ? nullptr : static_cast<node_memory*>(found);
}

void node_memory::inherit(const communicator& comm, node_memory* known) {
  if (!is_wanted(comm)) return;
  void* const value = known != nullptr ? static_cast<void*>(known) : &none;
  check_mpi(MPI_Comm_set_attr(comm.native(), node_key(), value), "MPI_Comm_set_attr");
}

node_memory* node_memory::find_or_make(const communicator& comm) {
  communicator node = comm.split_by_node();
  if (node.size() == 1) return nullptr;
  const std::vector<int> ranks = ranks_in_world(node);
  if (ranks.empty()) return nullptr;
  registry& nodes = known_nodes();
  std::vector<int> members(static_cast<std::size_t>(node.size()));
  std::iota(members.begin(), members.end(), 0);
  const communicator asking = node;
  const ordered_lock together(asking, members, nodes.held);
  const std::lock_guard lock(nodes.looking);
  node_memory*& known = nodes.by_ranks[ranks];
  if (known == nullptr) {
    if (nodes.in_order.empty()) {
      // What MPI frees first when it ends is what hangs on this communicator.
      int key = MPI_KEYVAL_INVALID;
      check_mpi(MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &free_all_windows, &key, nullptr),
                "MPI_Comm_create_keyval");
      check_mpi(MPI_Comm_set_attr(MPI_COMM_SELF, key, nullptr), "MPI_Comm_set_attr");
    }
    known = new node_memory(std::move(node));
    nodes.in_order.push_back(known);
  }
  return known;
}

} // namespace detail

} // namespace tessera
