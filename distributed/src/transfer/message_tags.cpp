#include "transfer/message_tags.hpp"

#include "ranks/waits.hpp"

#include <tessera/core/memory.hpp>

#include <atomic>
#include <utility>

namespace tessera::detail {

namespace {

constexpr int own_tag = 8; // of what is told here; node orders have those before
constexpr int first_tag = 16;
constexpr unsigned most_tags = 1U << 14U;

/// The next one; it comes again only after thousands of messages.
int next_tag() {
  static std::atomic<unsigned> count = 0;
  return first_tag + static_cast<int>(count++ % most_tags);
}

/// What is told, with its memory until all requests have ended, however that comes about.
struct told_tags {
  told_tags() = default;
  told_tags(const told_tags&) = delete;
  told_tags& operator=(const told_tags&) = delete;
  ~told_tags() {
    abandon(requests.data(), requests.size());
    // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): without memory for it, nothing is safe
    if (keeps_freed_memory()) new auto(std::move(tags));
  }
  std::vector<MPI_Request> requests;
  std::vector<int> tags;
};

} // namespace

void agree_on_tags(const communicator& comm, std::vector<message>& sends,
                   std::vector<message>& receives) {
  told_tags told;
  std::vector<message*> messages;
  for (auto* const list : {&receives, &sends})
    for (message& m : *list)
      if (m.is_streamed && !m.is_shared) {
        messages.push_back(&m);
        told.tags.push_back(list == &sends ? next_tag() : 0);
      }
  told.requests.assign(messages.size(), MPI_REQUEST_NULL);
  for (std::size_t k = 0; k < messages.size(); ++k) {
    const int peer = messages[k]->peer;
    if (told.tags[k] == 0)
      check_mpi(
          MPI_Irecv(&told.tags[k], 1, MPI_INT, peer, own_tag, comm.native(), &told.requests[k]),
          "MPI_Irecv");
    else
      check_mpi(
          MPI_Isend(&told.tags[k], 1, MPI_INT, peer, own_tag, comm.native(), &told.requests[k]),
          "MPI_Isend");
  }
  wait_for_all(told.requests.data(), told.requests.size(), 0);
  for (std::size_t k = 0; k < messages.size(); ++k) messages[k]->tag = told.tags[k];
}

} // namespace tessera::detail
