#include "ranks/left_behind.hpp"

#include "stack/call_site.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

constexpr int most_messages = 4;

bool is_told() { return checks_arguments() && std::uncaught_exceptions() == 0; }

void say(const std::string& text) { std::fprintf(stderr, "tessera: %s\n", text.c_str()); }

/// The next message that nobody has received, if there is one.
std::string next_unreceived(const communicator& comm) {
  int found = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status state;
  check_mpi(MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm.native(), &found, &message, &state),
            "MPI_Improbe");
  if (found == 0) return {};
  int bytes = 0;
  check_mpi(MPI_Get_count(&state, MPI_BYTE, &bytes), "MPI_Get_count");
  std::vector<char> gone(static_cast<std::size_t>(bytes));
  check_mpi(MPI_Mrecv(gone.data(), bytes, MPI_BYTE, &message, MPI_STATUS_IGNORE), "MPI_Mrecv");
  return fmt::format("rank {} never received a message of {} bytes from rank {} with tag {}",
                     comm.rank(), bytes, state.MPI_SOURCE, state.MPI_TAG);
}

} // namespace

void report_unreceived(const communicator& comm) noexcept {
  if (!is_told()) return;
  try {
    for (int told = 0; told < most_messages; ++told) {
      const std::string text = next_unreceived(comm);
      if (text.empty()) return;
      say(text + "; every message that is sent must be received before its communicator ends");
    }
  } catch (const std::exception& failure) {
    say(failure.what());
  }
}

void report_dropped(const communicator& comm, const char* what, const char* advice) noexcept {
  if (!is_told()) return;
  try {
    const call_site site = find_call_site();
    say(fmt::format("rank {} dropped {} that was under way{}; {}", comm.rank(), what,
                    site.has_line ? ", at " + site.place : "", advice));
  } catch (const std::exception& failure) {
    say(failure.what());
  }
}

constinit std::atomic<int> freed_communicators = 0;

namespace {

/// Handles for which others have called MPI_Comm_free.
struct freed_handles {
  std::mutex mutex;
  std::set<MPI_Comm> all;
};
freed_handles& freed() { // for as long as MPI may free something
  static auto* const handles = new freed_handles;
  return *handles;
}

void forget_freed(MPI_Comm handle) {
  if (freed_communicators == 0) return;
  const std::lock_guard lock(freed().mutex);
  freed_communicators -= static_cast<int>(freed().all.erase(handle));
}

thread_local bool is_owner_freeing = false;
char mark_of_ours;

/// What MPI calls before it frees a communicator; it does not where this fails.
int note_end(MPI_Comm handle, int /*unused*/, void* mark, void* /*unused*/) {
  if (is_owner_freeing) return MPI_SUCCESS;
  const std::lock_guard lock(freed().mutex);
  freed_communicators += freed().all.insert(handle).second ? 1 : 0;
  return mark == &mark_of_ours ? MPI_ERR_COMM : MPI_SUCCESS;
}

int key_of_ends() {
  static const int key = [] {
    int made = MPI_KEYVAL_INVALID;
    check_mpi(MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &note_end, &made, nullptr),
              "MPI_Comm_create_keyval");
    return made;
  }();
  return key;
}

} // namespace

void watch_handle(MPI_Comm handle, bool is_ours) {
  if (handle == MPI_COMM_WORLD || handle == MPI_COMM_SELF) return;
  if (!is_ours && !checks_arguments()) return; // what is borrowed stays as it was
  void* mark = nullptr;
  int is_watched = 0; // to set it again would be taken for an end
  check_mpi(MPI_Comm_get_attr(handle, key_of_ends(), static_cast<void*>(&mark), &is_watched),
            "MPI_Comm_get_attr");
  if (is_watched != 0) return;
  forget_freed(handle); // given again
  check_mpi(MPI_Comm_set_attr(handle, key_of_ends(), is_ours ? &mark_of_ours : nullptr),
            "MPI_Comm_set_attr");
}

void free_handle(MPI_Comm handle) noexcept {
  forget_freed(handle);
  // Others may hang on it, as attributes.
  const bool before = std::exchange(is_owner_freeing, true);
  MPI_Comm_free(&handle);
  is_owner_freeing = before;
}

bool is_freed(MPI_Comm handle) noexcept {
  if (freed_communicators == 0) return false;
  const std::lock_guard lock(freed().mutex);
  return freed().all.contains(handle);
}

std::string text_of_call() {
  const std::string site = text_of(find_call_site());
  return site.empty() ? "" : " (" + site + ")";
}

void check_not_freed(MPI_Comm handle) {
  if (!is_freed(handle)) return;
  throw communication_error("a call on a communicator that MPI_Comm_free has freed" +
                            text_of_call() +
                            "; who frees a handle must do so after the last use of what was made "
                            "of it, and the handle of "
                            "a communicator that was made here is freed by itself");
}

} // namespace tessera::detail
